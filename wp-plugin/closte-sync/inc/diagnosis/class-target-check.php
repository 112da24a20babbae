<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Extension\Extension;
use ClosteSync\Text\No_Answer_Text;

/**
 * Checks whether names can be looked up from here, and whether what counts as here has an address: else no domain can be
 * found to point here.
 */
final class Target_Check {

	/**
	 * What the finding about intercepted questions is called.
	 */
	public const INTERCEPTED = 'port-53';

	public function __construct( private readonly Extension $extension ) {}

	/**
	 * Looks, in the way in which runs look.
	 *
	 * @return list<Finding>
	 * @throws \Closte\ClosteException When a setting is wrong.
	 */
	public function run(): array {
		$report      = $this->extension->check_targets();
		$intercepted = $report['intercepted'] ? self::intercepted() : null;
		return array_values( array_filter( array( $this->resolvers( $report ), $this->targets( $report ), $intercepted ) ) );
	}

	/**
	 * That somebody answers for every name server on the way: a matter of this server's network, not of any domain.
	 */
	public static function intercepted(): Finding {
		return new Finding(
			self::INTERCEPTED,
			__( 'Name servers of domains', 'closte-sync' ),
			Severity::Warning,
			__( 'Something between this server and the name servers of domains answers DNS queries (port 53), so only this server’s resolvers tell where domains point.', 'closte-sync' ),
			__( 'This does not affect any domain. DNS changes are noticed once the resolvers have them. If you can, allow DNS queries from this server to port 53.', 'closte-sync' )
		);
	}

	/**
	 * What is wrong with the resolvers of this server; null when they answer.
	 *
	 * @param array{resolvers: array<string, ?string>, unnamed_resolver: bool} $report As \Closte\DnsReport::ofTargets() has it.
	 */
	private function resolvers( array $report ): ?Finding {
		$label = __( 'Name resolution', 'closte-sync' );
		$dead  = array_filter( $report['resolvers'], is_string( ... ) );
		$said  = array();
		foreach ( $dead as $resolver => $why ) {
			$said[] = "$resolver (" . No_Answer_Text::of( $why ) . ')';
		}
		$advice = __( 'Correct /etc/resolv.conf, or enter resolvers on the settings screen.', 'closte-sync' );
		if ( $report['unnamed_resolver'] ) {
			return new Finding(
				'resolvers',
				$label,
				array() === $dead ? Severity::Warning : Severity::Error,
				__( '/etc/resolv.conf names no name server that can be read, so 127.0.0.1 is used.', 'closte-sync' )
					/* translators: %s: addresses of name servers, each with what is wrong */
					. ( array() === $dead ? '' : ' ' . sprintf( __( 'No answer from %s.', 'closte-sync' ), implode( ', ', $said ) ) ),
				$advice
			);
		}
		return array() === $dead ? null : new Finding(
			'resolvers',
			$label,
			count( $dead ) === count( $report['resolvers'] ) ? Severity::Error : Severity::Warning,
			/* translators: %s: addresses of name servers, each with what is wrong */
			sprintf( __( 'No answer from %s.', 'closte-sync' ), implode( ', ', $said ) ),
			$advice
		);
	}

	/**
	 * Whether what counts as here has addresses.
	 *
	 * @param array{targets: array<string, array{addresses: list<string>, error: ?string}>} $report The same.
	 */
	private function targets( array $report ): Finding {
		$label     = __( 'Addresses of this network', 'closte-sync' );
		$addresses = array();
		$lost      = array();
		foreach ( $report['targets'] as $target => $found ) {
			array_push( $addresses, ...$found['addresses'] );
			if ( null !== $found['error'] ) {
				$lost[] = "$target (" . No_Answer_Text::of( $found['error'] ) . ')';
			}
		}
		$advice = __( 'Enter the addresses of this network under “Addresses of this network” on the settings screen.', 'closte-sync' );
		if ( array() === $addresses ) {
			return new Finding(
				'targets',
				$label,
				Severity::Error,
				array() === $lost
					? __( 'The addresses of this network are not known, so no domain can point to it.', 'closte-sync' )
					/* translators: %s: host names, each with why */
					: sprintf( __( 'DNS has no address for %s, so no domain can point to this network. The hosts file of this server is not used.', 'closte-sync' ), implode( ', ', $lost ) ),
				$advice
			);
		}
		if ( array() !== $lost ) {
			/* translators: %s: host names, each with why */
			return new Finding( 'targets', $label, Severity::Warning, sprintf( __( 'DNS has no address for %s.', 'closte-sync' ), implode( ', ', $lost ) ), $advice );
		}
		return new Finding( 'targets', $label, Severity::Ok, implode( ', ', array_unique( $addresses ) ) );
	}
}
