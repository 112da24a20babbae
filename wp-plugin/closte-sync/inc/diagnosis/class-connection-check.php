<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Sync\Circuit_Breaker;
use ClosteSync\Text\Error_Text;

/**
 * Asks Closte whether it accepts the key, and says in words what is wrong when it does not.
 */
final class Connection_Check {

	/**
	 * Seconds that the answer may take.
	 */
	private const TIMEOUT = 8.0;

	/**
	 * @param ?Circuit_Breaker $circuit_breaker What is told whether Closte takes the key; null: nothing is remembered.
	 */
	public function __construct( private readonly Extension $extension, private readonly ?Circuit_Breaker $circuit_breaker = null ) {}

	public function key(): Finding {
		$label = __( 'API key', 'closte-sync' );
		$key   = Key_Provider::find();
		if ( null === $key && Key_Store::is_unreadable() ) {
			return new Finding(
				'key',
				$label,
				Severity::Error,
				Key_Store::unreadable(),
				__( 'Enter it under Network Admin → Settings → Closte or with "wp closte key set". Changes are queued and sent automatically after that.', 'closte-sync' )
			);
		}
		if ( null === $key ) {
			return new Finding(
				'key',
				$label,
				Severity::Error,
				__( 'There is no API key.', 'closte-sync' ),
				__( 'Copy it from Closte’s dashboard and enter it under Network Admin → Settings → Closte or with "wp closte key set", or add define( \'CLOSTE_CLIENT_API_KEY\', \'…\' ); to wp-config.php.', 'closte-sync' )
			);
		}
		return new Finding(
			'key',
			$label,
			Severity::Ok,
			/* translators: 1: last characters of the key, 2: where it was found */
			sprintf( __( 'The API key %1$s comes from %2$s.', 'closte-sync' ), $key->masked(), $key->place() )
		);
	}

	/**
	 * Extension, key and connection: the first of them that is wrong, else that all is well.
	 */
	public function run(): Finding {
		$problem = $this->extension->problem();
		if ( null !== $problem ) {
			return new Finding( 'extension', __( 'PHP extension', 'closte-sync' ), Severity::Error, $problem );
		}
		$key = $this->key();
		return $key->is_error() ? $key : $this->connection();
	}

	/**
	 * The proxy that calls go through; null without one. Extension and key must be there.
	 */
	public function proxy(): ?Finding {
		try {
			$proxy = $this->extension->client()->proxy();
		} catch ( \Closte\ClosteException | \RuntimeException ) {
			// The call says what is wrong.
			return null;
		}
		return null === $proxy ? null : new Finding(
			'proxy',
			__( 'Proxy', 'closte-sync' ),
			Severity::Ok,
			/* translators: %s: address of a proxy */
			sprintf( __( 'Calls to Closte go through the proxy %s. Checks of DNS and certificates do not.', 'closte-sync' ), $proxy )
		);
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
			$this->circuit_breaker?->answered();
		} catch ( \Closte\ClosteException $e ) {
			if ( $e instanceof \Closte\AuthException ) {
				$this->circuit_breaker?->refused( $e->getMessage() );
			}
			return new Finding(
				'connection',
				self::label(),
				Severity::Error,
				Error_Text::of( $e ),
				self::advice( $e ),
				$e instanceof \Closte\AuthException
			);
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
	 * What to do, beside what the message itself says.
	 *
	 * @param \Closte\ClosteException $e What was said.
	 */
	public static function advice( \Closte\ClosteException $e ): string {
		return match ( true ) {
			$e instanceof \Closte\AuthException      => __( 'Compare it with the key in Closte’s dashboard, where each application has its own. Changes are queued and sent automatically once Closte accepts the key.', 'closte-sync' ),
			$e instanceof \Closte\TransientException => __( 'Changes are queued and sent automatically once Closte answers.', 'closte-sync' ),
			$e instanceof \Closte\ProtocolException  => __( 'Check that no proxy or firewall answers instead of Closte. Changes are queued and tried again automatically.', 'closte-sync' ),
			default                                  => '',
		};
	}

	private static function label(): string {
		return __( 'Connection to Closte', 'closte-sync' );
	}
}
