<?php
/**
 * A persistent object cache that the web heads share with each other, and not with the command line.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Work;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Circuit_Breaker;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Object_Cache_Test extends Plugin_Test_Case {

	public function test_what_the_command_line_switches_holds_on_the_web_at_once(): void {
		$this->set( array( 'enabled' => false ) );

		$this->with_cache_of_the_web(
			function (): void {
				$this->web( 'wp_insert_site( array( "domain" => "before.example", "path" => "/", "network_id" => 1 ) );' );
				$this->assertSame( array(), $this->changes() );

				$this->command( 'closte', 'enable' );
				$this->web( 'wp_insert_site( array( "domain" => "after.example", "path" => "/", "network_id" => 1 ) );' );
				$this->assertContains( 'add after.example', $this->changes() );

				$this->command( 'closte', 'disable' );
				$this->web( 'wp_insert_site( array( "domain" => "later.example", "path" => "/", "network_id" => 1 ) );' );
				$this->assertNotContains( 'add later.example', $this->changes() );
				$this->assertSame( 'off', $this->web( 'echo ClosteSync\Settings\Settings::load()->enabled ? "on" : "off";' ) );
			}
		);
	}

	/** @dataProvider options */
	public function test_each_option_is_read_past_the_cache( string $option, mixed $value ): void {
		delete_network_option( 1, $option );
		$this->next_request();
		$this->assertNull( get_network_option( 1, $option, null ) );

		foreach ( array( $value, 'another', null, $value ) as $written ) {
			$this->write_beside_the_cache( $option, $written );
			$this->plugin->forget();
			$this->assertSame( $written, get_network_option( 1, $option, null ) );
		}

		// It can be written, though the cache does not know that it is there.
		update_network_option( 1, $option, 'written' );
		$this->next_request();
		$this->assertSame( 'written', get_network_option( 1, $option ) );
	}

	/** @return array<string, array{string, mixed}> */
	public function options(): array {
		return array(
			'the switch'            => array( Settings::OPTION, array( 'enabled' => true ) ),
			'the key'               => array( 'closte_sync_key', 'v1:abc' ),
			'the mark of the key'   => array( 'closte_sync_keys_seen', array( 'salt' => 'a', 'web' => 'b' ) ),
			'the extension'         => array( 'closte_sync_extension_seen', array( 'fpm-fcgi@web1' => array( 'extension' => '0.2.0', 'at' => 5 ) ) ),
			'the circuit breaker'   => array( Circuit_Breaker::OPTION, array( 'since' => 5 ) ),
			'the last error'        => array( 'closte_sync_trouble', array( 'time' => 5, 'message' => 'why' ) ),
			'version of the tables' => array( 'closte_sync_db_version', '4' ),
		);
	}

	public function test_a_pause_that_the_command_line_has_ended_keeps_no_page_waiting(): void {
		$this->plugin->circuit_breaker()->failed( 'transient', 'No answer.' );
		$this->plugin->forget();
		$this->write_beside_the_cache( Circuit_Breaker::OPTION, null );
		$this->create_site( 'shop' );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_run_under_way_ends_when_the_integration_is_switched_off(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		for ( $i = 0; $i < 620; $i++ ) {
			$this->plugin->ledger()->want( "d$i.example", 0, 'manual' );
		}
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$off     = false;
		$summary = $this->plugin->worker()->run(
			60.0,
			function () use ( &$off ): void {
				if ( ! $off ) {
					$off = true;
					$this->write_beside_the_cache( Settings::OPTION, array( 'enabled' => false ) );
					// As after some seconds.
					$this->plugin->network_options()->forget();
				}
			},
			Work::Calls
		);

		$this->assertStringContainsString( 'turned off', (string) $summary->problem );
		$this->assertCount( 500, $this->changes(), 'Those that were claimed are sent, and no more are claimed.' );
	}

	/** As another process does that has another cache, or none. */
	private function write_beside_the_cache( string $option, mixed $value ): void {
		$row = array( 'site_id' => 1, 'meta_key' => $option );
		$this->wpdb->delete( $this->wpdb->sitemeta, $row );

		if ( null !== $value ) {
			$this->wpdb->insert( $this->wpdb->sitemeta, $row + array( 'meta_value' => maybe_serialize( $value ) ) );
		}
	}

	/** Network options that the web has read outlive its processes meanwhile. */
	private function with_cache_of_the_web( callable $task ): void {
		$content   = $this->env( 'wordpress' ) . '/wp-content';
		$mu_plugin = "$content/mu-plugins/closte-cache.php";
		$store     = "$content/closte-cache.json";
		file_put_contents(
			$mu_plugin,
			'<?php if ( ! defined( "WP_CLI" ) ) { $closte_store = ' . var_export( $store, true ) . ';
				foreach ( is_file( $closte_store ) ? unserialize( file_get_contents( $closte_store ) ) : array() as $key => $value ) { wp_cache_set( $key, $value, "site-options" ); }
				register_shutdown_function( static fn() => file_put_contents( $closte_store, serialize( ( fn() => $this->cache["site-options"] )->call( $GLOBALS["wp_object_cache"] ) ) ) ); }'
		);

		try {
			$task();
			$this->assertFileExists( $store );
		} finally {
			array_map( unlink( ... ), array_filter( array( $mu_plugin, $store ), is_file( ... ) ) );
		}
	}

	/** What a request of the web prints. */
	private function web( string $code ): string {
		$process = new Process( array( PHP_BINARY, '-r', sprintf( '$_SERVER["HTTP_HOST"] = %s; require %s; %s', var_export( $this->env( 'domain' ), true ), var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ), $code ) ) );
		$this->assertSame( 0, $process->wait(), $process->output() );

		return $process->output();
	}

	private function command( string ...$arguments ): void {
		$process = new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), ...$arguments ) );
		$this->assertSame( 0, $process->wait(), $process->output() );
	}
}
