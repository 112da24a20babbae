<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Extension\Extension;

/**
 * Checks whether what counts as here has an address: else no domain can be found to point here.
 */
final class Target_Check {

	public function __construct( private readonly Extension $extension ) {}

	/**
	 * @param list<string> $targets Host names and IP addresses.
	 */
	public function run( array $targets ): Finding {
		$label     = __( 'What counts as here', 'closte-sync' );
		$addresses = array();
		$lost      = array();
		foreach ( $targets as $target ) {
			$found = $this->addresses( $target );
			array_push( $addresses, ...$found );
			if ( array() === $found ) {
				$lost[] = $target;
			}
		}
		$advice = __( 'Set the addresses of this network under “What counts as here” on the settings screen.', 'closte-sync' );
		if ( array() === $addresses ) {
			return new Finding(
				'targets',
				$label,
				Severity::Error,
				array() === $lost
					? __( 'Nothing counts as here, so that no domain can point here.', 'closte-sync' )
					/* translators: %s: host names */
					: sprintf( __( '%s has no address that could be found, so that no domain can point here.', 'closte-sync' ), implode( ', ', $lost ) ),
				$advice
			);
		}
		if ( array() !== $lost ) {
			/* translators: %s: host names */
			return new Finding( 'targets', $label, Severity::Warning, sprintf( __( '%s has no address that could be found.', 'closte-sync' ), implode( ', ', $lost ) ), $advice );
		}
		return new Finding( 'targets', $label, Severity::Ok, implode( ', ', array_unique( $addresses ) ) );
	}

	/**
	 * @param string $target Host name or IP address.
	 * @return list<string>
	 */
	private function addresses( string $target ): array {
		if ( false !== filter_var( $target, FILTER_VALIDATE_IP ) ) {
			return array( $target );
		}
		try {
			return $this->extension->check_dns( $target )->addresses;
		} catch ( \Closte\ClosteException ) {
			return array();
		}
	}
}
