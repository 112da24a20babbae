<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Key_Check;
use ClosteSync\Diagnosis\Key_Trial;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Extension\Salt_Cipher;
use WP_CLI\Formatter;

/**
 * Stores the API key, encrypted with WordPress's salts, if wp-config.php and the environment have none.
 *
 * The constant CLOSTE_CLIENT_API_KEY is used first, then the environment variable of that name, then the key stored with this command or on the settings screen, then the key stored by Ultimate Multisite.
 *
 * ## EXAMPLES
 *
 *     $ wp closte key set < /run/secrets/closte
 *     Success: The API key ••••••••7f3a is stored, encrypted.
 *     Success: Closte answers and accepts the key (94 ms).
 */
final class Key_Command {

	private const FIELDS = array( 'key', 'source', 'stored', 'salts' );

	/** Bytes that are read from STDIN; far more than a key has. */
	private const LONGEST_INPUT = 16384;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Stores the API key, encrypted, and checks whether Closte accepts it.
	 *
	 * Asks for the key without showing what you type, or reads it from STDIN. Replaces the key that was stored before. If Closte cannot be reached, the key is stored with a warning. If Closte refuses the key, it is stored, too, and this ends with status 1.
	 *
	 * ## OPTIONS
	 *
	 * [<key>]
	 * : Refused: other users of the machine can see arguments, and shells keep them.
	 *
	 * ## EXAMPLES
	 *
	 *     # Type the key; it is not shown
	 *     $ wp closte key set
	 *
	 *     # From a file or a secret store
	 *     $ wp closte key set < /run/secrets/closte
	 *     Success: The API key ••••••••7f3a is stored, encrypted.
	 *     Success: Closte answers and accepts the key (94 ms).
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function set( array $args, array $assoc_args ): void {
		if ( array() !== $args ) {
			Terminal::fail(
				__( 'The API key cannot be given as an argument: other users of this machine can see arguments, and shells keep them.', 'closte-sync' ),
				__( 'type it when asked (wp closte key set) or pipe it in (wp closte key set < file); if others may have seen it, create a new key at Closte', 'closte-sync' )
			);
		}
		$hindrance = Key_Store::hindrance();
		if ( null !== $hindrance ) {
			Terminal::fail( $hindrance );
		}
		$key     = self::ask();
		$problem = Key_Store::enter( $key, Extension::is_loaded() );
		if ( null !== $problem ) {
			Terminal::fail( $problem );
		}
		$finding = ( new Key_Trial( $this->services ) )->run();
		if ( ! $finding->is_refusal ) {
			/* translators: %s: the last characters of the key */
			\WP_CLI::success( sprintf( __( 'The API key %s is stored, encrypted.', 'closte-sync' ), $key->masked() ) );
		}
		if ( ! $finding->is_error() ) {
			\WP_CLI::success( $finding->message );
		}
		foreach ( array_filter( array( ( new Key_Check() )->run(), $finding->is_refusal ? null : $finding ) ) as $trouble ) {
			if ( Severity::Ok !== $trouble->severity ) {
				Terminal::warn( $trouble->message );
				Terminal::hint( $trouble->advice );
			}
		}
		if ( $finding->is_refusal ) {
			Terminal::fail(
				/* translators: 1: the last characters of the key, 2: what Closte said */
				sprintf( __( 'The API key %1$s is stored, but Closte refused it: %2$s', 'closte-sync' ), $key->masked(), $finding->message ),
				$finding->advice . ' ' . __( 'To store another key: wp closte key set', 'closte-sync' )
			);
		}
		if ( ! $finding->is_error() && $this->services->readiness()->is_switched_off() ) {
			Terminal::hint( __( 'turn the integration on: wp closte enable', 'closte-sync' ) );
		}
	}

	/**
	 * Deletes the API key that was stored with `wp closte key set` or on the settings screen.
	 *
	 * Domains stay at Closte. Changes are queued and sent once there is a key again.
	 *
	 * ## OPTIONS
	 *
	 * [--yes]
	 * : Does not ask for confirmation.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte key delete --yes
	 *     Success: The stored API key was deleted.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function delete( array $args, array $assoc_args ): void {
		if ( ! Key_Store::has_key() ) {
			\WP_CLI::success( __( 'No API key is stored.', 'closte-sync' ) );
			return;
		}
		\WP_CLI::confirm( __( 'Delete the stored API key?', 'closte-sync' ), $assoc_args );
		if ( ! Key_Store::delete() ) {
			Terminal::fail( __( 'The API key could not be deleted.', 'closte-sync' ), __( 'make sure that the database can be written to', 'closte-sync' ) );
		}
		\WP_CLI::success( __( 'The stored API key was deleted.', 'closte-sync' ) );
	}

	/**
	 * Shows where the API key comes from, never the key itself.
	 *
	 * ## OPTIONS
	 *
	 * [--field=<field>]
	 * : Shows the value of one field.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas.
	 *
	 * [--format=<format>]
	 * : The output format.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * key: its last characters, `missing`, or `unreadable` (WordPress's salts changed)
	 * * source: `constant`, `environment`, `settings` (entered on the settings screen or with `wp closte key set`), `ultimate-multisite`, or empty
	 * * stored: whether a key is stored by this command or on the settings screen, used or not: `yes`, `no` or `unreadable`
	 * * salts: where WordPress keeps the salts that encrypt it: `wp-config`, or `database` (less secure)
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte key status --field=source
	 *     settings
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function status( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml' ), self::FIELDS );
		$key = Key_Provider::find();
		( new Formatter( $assoc_args, self::FIELDS ) )->display_item(
			array(
				'key'    => self::state_of( $key ),
				'source' => $key->source ?? '',
				'stored' => match ( true ) {
					Key_Store::is_unreadable() => 'unreadable',
					Key_Store::has_key()       => 'yes',
					default                    => 'no',
				},
				'salts'  => Salt_Cipher::are_salts_in_database() ? 'database' : 'wp-config',
			)
		);
	}

	/**
	 * The last characters of the key in force, or why there is none, as a machine word.
	 *
	 * @param ?Api_Key $key The key in force.
	 */
	public static function state_of( ?Api_Key $key ): string {
		return $key?->masked() ?? ( Key_Store::is_unreadable() ? 'unreadable' : 'missing' );
	}

	/**
	 * Reads the key from STDIN; from a terminal without showing what is typed.
	 */
	private static function ask(): Api_Key {
		return Api_Key::entered(
			stream_isatty( STDIN )
				? (string) \cli\prompt( __( 'API key', 'closte-sync' ), '', ': ', true )
				: (string) stream_get_contents( STDIN, self::LONGEST_INPUT )
		);
	}
}
