<?php
/**
 * Whether Closte can be reached and accepts the key.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Api_Key;
use ClosteSync\Extension;

/**
 * Asks Closte whether it accepts the key, and says in words what is wrong when it does not.
 */
final class Connection_Check {

	/**
	 * Seconds that the answer may take.
	 */
	private const TIMEOUT = 8.0;

	/**
	 * Takes the extension that makes the call.
	 *
	 * @param Extension $extension The extension.
	 */
	public function __construct( private readonly Extension $extension ) {}

	/**
	 * Whether the extension can be used.
	 */
	public function extension(): Finding {
		$label   = __( 'PHP extension', 'closte-sync' );
		$problem = $this->extension->problem();
		if ( null !== $problem ) {
			return new Finding( 'extension', $label, Severity::Error, $problem );
		}
		return new Finding(
			'extension',
			$label,
			Severity::Ok,
			/* translators: %s: a version */
			sprintf( __( 'The PHP extension closte %s is loaded.', 'closte-sync' ), (string) $this->extension->version() )
		);
	}

	/**
	 * Whether there is a key.
	 */
	public function key(): Finding {
		$label = __( 'API key', 'closte-sync' );
		$key   = Api_Key::find();
		if ( null === $key ) {
			return new Finding(
				'key',
				$label,
				Severity::Error,
				__( 'There is no API key.', 'closte-sync' ),
				__( 'Copy it from Closte’s dashboard and put define( \'CLOSTE_CLIENT_API_KEY\', \'…\' ); into wp-config.php.', 'closte-sync' )
			);
		}
		return new Finding(
			'key',
			$label,
			Severity::Ok,
			/* translators: 1: last characters of the key, 2: where it was found */
			sprintf( __( 'The API key %1$s was found in %2$s.', 'closte-sync' ), $key->masked(), Wording::key_source( $key ) )
		);
	}

	/**
	 * Extension, key and connection: the first of them that is wrong, else that all is well.
	 */
	public function run(): Finding {
		foreach ( array( $this->extension(), $this->key() ) as $finding ) {
			if ( Severity::Error === $finding->severity ) {
				return $finding;
			}
		}
		return $this->connection();
	}

	/**
	 * Makes the call. Extension and key must be there.
	 */
	public function connection(): Finding {
		$started = hrtime( true );
		try {
			$this->extension->client(
				array(
					'timeout' => self::TIMEOUT,
					'retries' => 0,
				)
			)->verify();
		} catch ( \Closte\AuthException $e ) {
			return $this->refused( $e );
		} catch ( \Closte\ConfigException $e ) {
			return $this->error( $e, __( 'Correct what is named here in php.ini or wp-config.php.', 'closte-sync' ) );
		} catch ( \Closte\TransientException $e ) {
			return $this->error( $e, $this->advice_for_transient( $e ) );
		} catch ( \Closte\ProtocolException $e ) {
			return $this->error( $e, __( 'Something other than Closte’s API answered: see that no proxy or firewall stands between, and that closte.base_url in php.ini is right. If it stays, ask Closte’s support.', 'closte-sync' ) );
		} catch ( \Closte\ClosteException $e ) {
			return $this->error( $e, __( 'If it stays, ask Closte’s support and show them this message.', 'closte-sync' ) );
		} catch ( \RuntimeException $e ) {
			return new Finding( 'connection', self::label(), Severity::Error, $e->getMessage() );
		}
		return new Finding(
			'connection',
			self::label(),
			Severity::Ok,
			sprintf(
				/* translators: %s: number of milliseconds */
				__( 'Closte answers and accepts the key (%s ms).', 'closte-sync' ),
				number_format_i18n( ( hrtime( true ) - $started ) / 1e6, 0 )
			)
		);
	}

	/**
	 * The key was refused.
	 *
	 * @param \Closte\AuthException $e What was said.
	 */
	private function refused( \Closte\AuthException $e ): Finding {
		return new Finding(
			'connection',
			self::label(),
			Severity::Error,
			$e->getMessage(),
			__( 'Compare the key with the one in Closte’s dashboard: it belongs to one site there. Domains wait and are sent by themselves once the key is accepted.', 'closte-sync' )
		);
	}

	/**
	 * What to do about something that may pass.
	 *
	 * @param \Closte\TransientException $e What was said.
	 */
	private function advice_for_transient( \Closte\TransientException $e ): string {
		return match ( true ) {
			str_starts_with( $e->reason, 'tls' )         => __( 'The connection cannot be trusted: see that the server’s clock and its CA certificates (package ca-certificates) are up to date.', 'closte-sync' ),
			str_starts_with( $e->reason, 'dns' )         => __( 'See that this server can look up names: /etc/resolv.conf, or closte.resolvers in php.ini.', 'closte-sync' ),
			str_starts_with( $e->reason, 'connect' )     => __( 'See that this server may connect to the internet over HTTPS. Domains wait and are sent by themselves once Closte can be reached.', 'closte-sync' ),
			'rate-limited' === $e->reason                => __( 'Wait a few minutes. Domains wait and are sent by themselves.', 'closte-sync' ),
			default                                      => __( 'Try again in a few minutes. Domains wait and are sent by themselves once Closte answers.', 'closte-sync' ),
		};
	}

	/**
	 * Something went wrong.
	 *
	 * @param \Closte\ClosteException $e      What was said.
	 * @param string                  $advice What to do about it.
	 */
	private function error( \Closte\ClosteException $e, string $advice ): Finding {
		return new Finding( 'connection', self::label(), Severity::Error, $e->getMessage(), $advice );
	}

	/**
	 * The name of this check.
	 */
	private static function label(): string {
		return __( 'Connection to Closte', 'closte-sync' );
	}
}
