<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Knows which network the ledger was written for, and tells a copy of the network from the original: a copy must not change
 * what Closte has for the original. A network that has moved looks the same from here; an admin says which of the two it is.
 */
final class Network_Identity {

	public const OPTION = 'closte_sync_identity';

	/** What becomes of it when it is written. */
	public const FIRST     = 'first';
	public const COMPLETED = 'completed';
	public const MOVED     = 'moved';
	public const COPIED    = 'copied';

	private const VERSION = '1';

	/**
	 * @param string $application CLOSTE_APP_ID as wp-config.php has it; '': it has none.
	 */
	public function __construct( private readonly Network_Options $options, private readonly string $application ) {}

	/**
	 * What this network is now.
	 *
	 * @return array{network: string, site: string, application: string, environment: string}
	 */
	public function current(): array {
		$addresses = $this->options->addresses();

		return array(
			'network'     => self::address( ...$addresses['network'] ),
			// Where wp-config.php says which network it is, a copy works though only its sites were renamed.
			'site'        => self::address( ...$addresses['site'] ),
			'application' => $this->application,
			'environment' => wp_get_environment_type(),
		);
	}

	/**
	 * What the ledger was written for; null: nothing is recorded, or it cannot be read.
	 *
	 * @return ?array{network: string, site: string, application: string, environment: string}
	 */
	public function recorded(): ?array {
		$stored = explode( ':', $this->stored() );

		if ( 3 !== count( $stored ) || self::VERSION !== $stored[0] || ! ctype_xdigit( $stored[2] ) || 0 !== strlen( $stored[2] ) % 2 ) {
			return null;
		}

		$json  = (string) hex2bin( $stored[2] );
		$parts = hash_equals( $stored[1], hash( 'sha256', $json ) ) ? json_decode( $json, true ) : null;
		$names = array( 'network', 'site', 'application', 'environment' );

		return is_array( $parts ) && array_keys( $parts ) === $names && array_filter( $parts, 'is_string' ) === $parts ? $parts : null;
	}

	public function is_recorded(): bool {
		return '' !== $this->stored();
	}

	/**
	 * Whether this is another network than the one that the ledger was written for, or nobody can tell.
	 */
	public function is_another(): bool {
		return $this->is_recorded() && ( null === $this->recorded() || array() !== $this->differences() );
	}

	/**
	 * Which parts are not what they were. One that was not known when it was recorded is no difference.
	 *
	 * @return list<string> Of `network`, `site`, `application` and `environment`.
	 */
	public function differences(): array {
		$before = $this->recorded();

		if ( null === $before ) {
			return array();
		}

		$different = array_diff_assoc( $this->current(), $before );

		if ( '' === $before['application'] ) {
			unset( $different['application'] );
		}

		return array_keys( $different );
	}

	/**
	 * Records what this network is, where nothing is recorded yet, and takes up what was not known before.
	 */
	public function complete(): void {
		if ( ! $this->is_recorded() ) {
			$this->record( self::FIRST );
		} elseif ( '' !== $this->application && '' === ( $this->recorded()['application'] ?? null ) && ! $this->is_another() ) {
			$this->record( self::COMPLETED );
		}
	}

	/**
	 * From now on the ledger is this network's.
	 *
	 * @param string $why One of this class's constants.
	 * @return bool Whether it is stored: the database may refuse.
	 */
	public function record( string $why ): bool {
		$before = $this->recorded();
		$now    = $this->current();
		// A replacement of names, which a copy begins with, must find none in here.
		$json   = (string) wp_json_encode( $now );
		$stored = implode( ':', array( self::VERSION, hash( 'sha256', $json ), bin2hex( $json ) ) );

		update_network_option( get_main_network_id(), self::OPTION, $stored );

		if ( $this->stored() !== $stored ) {
			return false;
		}

		/**
		 * Fires when it was recorded which network the ledger is of.
		 *
		 * @param string                 $why    `first`; `completed`: a part is known that was not known before; `moved` or `copied`:
		 *                                       an admin said so.
		 * @param ?array<string, string> $before `network`, `site`, `application` and `environment`; null: not known.
		 * @param array<string, string>  $now    The same now.
		 */
		do_action( 'closte_sync_identity_recorded', $why, $before, $now );

		return true;
	}

	private function stored(): string {
		$stored = get_network_option( get_main_network_id(), self::OPTION, '' );

		// Whatever it is, somebody recorded something.
		return is_string( $stored ) ? $stored : '?';
	}

	/**
	 * In one form: neither capitals nor `www.` make another network. Without the extension it is the same.
	 */
	private static function address( string $domain, string $path ): string {
		$domain = rtrim( strtolower( trim( $domain ) ), '.' );
		$path   = trim( $path, '/' );

		return ( str_starts_with( $domain, 'www.' ) ? substr( $domain, 4 ) : $domain ) . ( '' === $path ? '' : "/$path" );
	}
}
