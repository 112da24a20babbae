<?php
/**
 * Tests of the key that is entered on screen.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Extension\Salt_Cipher;

require_once __DIR__ . '/class-key-test-case.php';

/** How it is kept, which key counts, and that it never gets out. */
final class Key_Test extends Key_Test_Case {

	public function test_what_is_encrypted_comes_back_and_looks_different_each_time(): void {
		$cipher = new Salt_Cipher( 'a purpose' );
		$one    = $cipher->encrypt( self::KEY );
		$two    = $cipher->encrypt( self::KEY );

		self::assertNotSame( $one, $two );
		self::assertMatchesRegularExpression( '#^v1:[A-Za-z0-9+/]+=*$#', $one );
		self::assertSame( self::KEY, $cipher->decrypt( $one ) );
		self::assertSame( self::KEY, $cipher->decrypt( $two ) );
		self::assertSame( '', $cipher->decrypt( $cipher->encrypt( '' ) ) );
	}

	public function test_what_was_encrypted_otherwise_is_refused(): void {
		$cipher = new Salt_Cipher( 'a purpose' );
		$sealed = $cipher->encrypt( self::KEY );
		$binary = (string) base64_decode( substr( $sealed, 3 ), true );
		$broken = array( '', 'v1:', 'v1:!', 'v1:AAAA', 'v2' . substr( $sealed, 2 ), self::KEY, substr( $sealed, 3 ), substr( $sealed, 0, -8 ) );
		for ( $at = 0; $at < strlen( $binary ); $at++ ) {
			$broken[] = 'v1:' . base64_encode( substr_replace( $binary, chr( ord( $binary[ $at ] ) ^ 1 ), $at, 1 ) );
		}

		foreach ( $broken as $text ) {
			self::assertNull( $cipher->decrypt( $text ), $text );
		}
		self::assertNull( ( new Salt_Cipher( 'another purpose' ) )->decrypt( $sealed ) );

		add_filter( 'salt', static fn( string $salt ): string => strrev( $salt ) );
		self::assertNull( $cipher->decrypt( $sealed ) );
	}

	public function test_sodium_compat_reads_and_writes_the_same(): void {
		Key_Store::save( Api_Key::entered( self::KEY ) );
		// What is compiled already calls them.
		$without = array( '-d', 'opcache.enable_cli=0', '-d', 'disable_functions=' . implode( ',', get_extension_funcs( 'sodium' ) ) );
		// It would use the extension still, whose functions are gone.
		$said = $this->keyless(
			'\ParagonIE_Sodium_Compat::$disableFallbackForUnitTests = true;
			echo ( new \ReflectionFunction( "sodium_memzero" ) )->isInternal() ? "extension" : "compat", " ", \ClosteSync\Extension\Key_Store::read();
			\ClosteSync\Extension\Key_Store::save( \ClosteSync\Extension\Api_Key::entered( "written-by-compat" ) );',
			null,
			array(),
			$without
		);

		self::assertSame( 'compat ' . self::KEY, $said );
		self::assertSame( 'written-by-compat', Key_Store::read() );
	}

	public function test_it_is_kept_encrypted_once_on_the_main_network_and_not_autoloaded(): void {
		Key_Store::save( Api_Key::entered( 'the-first-key-0001' ) );
		Key_Store::save( Api_Key::entered( self::KEY ) );

		$rows = $this->wpdb->get_results( $this->wpdb->prepare( "SELECT * FROM {$this->wpdb->sitemeta} WHERE meta_key = %s", Key_Store::OPTION ) );
		self::assertCount( 1, $rows );
		self::assertSame( (string) get_main_network_id(), (string) $rows[0]->site_id );
		self::assertStringStartsWith( 'v1:', $rows[0]->meta_value );

		$database = $this->database();
		self::assertStringContainsString( $rows[0]->meta_value, $database );
		foreach ( array( self::KEY, 'the-first-key-0001' ) as $key ) {
			foreach ( array( $key, base64_encode( $key ), bin2hex( $key ), strrev( $key ), rawurlencode( $key ), esc_html( $key ), addslashes( $key ), substr( $key, -8 ) ) as $form ) {
				self::assertStringNotContainsString( $form, $database );
			}
		}
		self::assertArrayNotHasKey( Key_Store::OPTION, wp_load_alloptions() );
		self::assertSame( array(), $this->wpdb->get_col( "SELECT option_id FROM {$this->wpdb->options} WHERE option_name LIKE '%closte_sync_key%'" ) );
	}

	public function test_which_key_counts(): void {
		$find    = '$key = \ClosteSync\Extension\Key_Provider::find(); echo null === $key ? "none" : "$key->source " . $key->reveal();';
		$wizard  = 'require ' . var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true ) . ';';
		$another = array( Api_Key::NAME => ' from-the-environment ' );
		self::assertSame( 'none', $this->keyless( $find ) );

		update_network_option( null, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY', 'not yet there' );
		$this->keyless( $wizard . 'update_network_option( null, "wu_hosting_credential_CLOSTE_CLIENT_API_KEY", \WP_Ultimo\Helpers\Credential_Store::encrypt( "from-the-wizard" ) );' );
		self::assertSame( 'ultimate-multisite from-the-wizard', $this->keyless( $wizard . $find ) );

		Key_Store::save( Api_Key::entered( " \t" . self::KEY . "\r\n" ) );
		self::assertSame( 'settings ' . self::KEY, $this->keyless( $wizard . $find ) );
		self::assertSame( 'environment from-the-environment', $this->keyless( $wizard . $find, null, $another ) );
		self::assertSame( 'constant', Key_Provider::find()?->source );

		// Another key must not take the place of one that is lost, unseen.
		self::assertSame( 'none', $this->keyless( $wizard . $find, 'changed' ) );
		self::assertSame( 'environment from-the-environment', $this->keyless( $wizard . $find, 'changed', $another ) );
	}

	public function test_a_key_is_found_before_anything_may_be_translated(): void {
		$wizard = 'require ' . var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true ) . ';';
		$this->keyless( $wizard . 'update_network_option( null, "wu_hosting_credential_CLOSTE_CLIENT_API_KEY", \WP_Ultimo\Helpers\Credential_Store::encrypt( "from-the-wizard" ) );' );
		$early = 'unset( $GLOBALS["wp_actions"]["after_setup_theme"] ); unload_textdomain( "closte-sync", true ); add_filter( "locale", fn() => "de_DE" );
			add_action( "doing_it_wrong_run", function ( $function ): void { echo "too early: $function\n"; } );
			add_filter( "doing_it_wrong_trigger_error", "__return_false" );
			$key = \ClosteSync\Extension\Key_Provider::find(); echo "$key->source\n"; ';

		self::assertSame( "ultimate-multisite\n", $this->keyless( $wizard . $early ) );
		self::assertStringContainsString( "ultimate-multisite\ntoo early: _load_textdomain_just_in_time", $this->keyless( $wizard . $early . 'echo $key->place();' ) );
	}

	public function test_ultimate_multisite_is_set_up_by_it_and_is_not_told_it(): void {
		$wizard = 'require ' . var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true ) . ';
			$ours = new \ClosteSync\Sources\Ultimate_Multisite\Closte_Integration( plugin()->extension() );
			echo json_encode( array( $ours->is_setup(), $ours->detect(), $ours->get_missing_constants(), $ours->get_credential( "CLOSTE_CLIENT_API_KEY" ) ) );';
		self::assertSame( '[false,false,["CLOSTE_CLIENT_API_KEY"],""]', $this->keyless( $wizard ) );

		Key_Store::save( Api_Key::entered( self::KEY ) );
		self::assertSame( '[true,true,[],""]', $this->keyless( $wizard ) );
	}

	public function test_changed_salts_make_it_missing_and_are_named_everywhere(): void {
		Key_Store::save( Api_Key::entered( $this->env( 'key' ) ) );
		$this->keyless( 'wp_insert_site( array( "domain" => "lost.network.test", "path" => "/", "network_id" => 1 ) );', 'changed' );
		self::assertSame( 'pending', $this->stage( 'lost.network.test' ) );
		self::assertSame( array(), $this->emulator->journal() );

		$places = array(
			'readiness'   => 'echo plugin()->readiness()->problem();',
			'run'         => 'echo plugin()->worker()->run( 5.0 )->problem;',
			'client'      => 'try { plugin()->extension()->client(); } catch ( \RuntimeException $e ) { echo $e->getMessage(); }',
			'screen'      => 'echo screen();',
			'site health' => 'echo site_health();',
		);
		foreach ( $places as $where => $code ) {
			$said = $this->keyless( $code, 'changed' );
			self::assertStringContainsString( 'The stored API key can no longer be read because WordPress’s salts have changed. Enter it again', $said, $where );
			self::assertStringNotContainsString( $this->env( 'key' ), $said, $where );
		}
		self::assertSame( array(), $this->emulator->journal() );

		// Back with the salts, back with the key: nothing was lost.
		$this->keyless( 'plugin()->worker()->run( 5.0 );' );
		self::assertContains( 'lost.network.test', $this->emulator->domains() );
	}

	public function test_salts_in_the_database_are_named_and_the_main_network_s_count_everywhere(): void {
		self::assertFalse( Salt_Cipher::are_salts_in_database() );
		$this->keyless( '\ClosteSync\Extension\Key_Store::save( \ClosteSync\Extension\Api_Key::entered( ' . var_export( self::KEY, true ) . ' ) );', '' );
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'second.example', 'path' => '/' ) );
		$second = (int) $this->wpdb->insert_id;

		self::assertSame( 'weak', $this->keyless( 'echo \ClosteSync\Extension\Salt_Cipher::are_salts_in_database() ? "weak" : "fine";', '' ) );
		self::assertSame(
			'other salts, ' . self::KEY,
			$this->keyless( "\$GLOBALS['current_site'] = \WP_Network::get_instance( $second ); echo wp_salt( 'secure_auth' ) === get_network_option( 1, 'secure_auth_key' ) . get_network_option( 1, 'secure_auth_salt' ) ? 'same' : 'other', ' salts, ', \ClosteSync\Extension\Key_Store::read();", '' )
		);
		$said = $this->keyless( 'echo screen(), site_health();', '' );
		self::assertStringContainsString( 'WordPress’s salts are in the database, not in wp-config.php', $said );
		self::assertStringContainsString( 'The API key is encrypted, but WordPress’s salts are in the same database', $said );
	}

	/** Whatever fails while it is entered: no trace, dump, request or log has it. */
	public function test_an_error_while_it_is_entered_does_not_show_it(): void {
		$log  = tempnam( sys_get_temp_dir(), 'closte-log-' );
		$said = $this->keyless(
			'foreach ( array( "pre_update_site_option_closte_sync_key", "add_site_option_closte_sync_key" ) as $hook ) {
				add_filter( $hook, static function () use ( $hook ): never {
					debug_print_backtrace();
					throw new \Error( "Broken by $hook" );
				} );
				try {
					submit( "closte-sync-key-save", ' . var_export( self::KEY, true ) . ' );
				} catch ( \Error $e ) {
					error_log( (string) $e );
					echo $e;
					array_walk_recursive( $GLOBALS["_POST"], static fn( $value ) => print( $value ) );
					print_r( $_REQUEST );
					print_r( array_map( static fn( array $frame ): array => array_diff_key( $frame, array( "object" => 1 ) ), $e->getTrace() ) );
				}
				remove_all_filters( $hook );
			}
			$key = \ClosteSync\Extension\Api_Key::entered( ' . var_export( self::KEY, true ) . ' );
			var_dump( $key ); print_r( $key ); var_export( $key ); var_dump( (array) $key ); echo json_encode( $key );
			try { serialize( $key ); } catch ( \LogicException $e ) { echo $e; }',
			null,
			array(),
			array( '-d', 'zend.exception_ignore_args=0', '-d', 'zend.exception_string_param_max_len=1000', '-d', 'display_errors=1', '-d', 'log_errors=1', '-d', "error_log=$log" )
		);
		$logged = (string) file_get_contents( $log );
		unlink( $log );

		self::assertStringContainsString( 'Broken by pre_update_site_option_closte_sync_key', $said );
		self::assertStringContainsString( 'Key_Store::save', $said . $logged );
		foreach ( array( $said, $logged, $this->database() ) as $text ) {
			self::assertStringNotContainsString( substr( self::KEY, 0, 8 ), $text );
			self::assertStringNotContainsString( self::KEY, stripslashes( $text ) );
		}
	}
}
