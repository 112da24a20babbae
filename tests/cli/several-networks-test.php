<?php
/**
 * The commands on an installation with two networks.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-cli-test-case.php';
require_once dirname( __DIR__ ) . '/support/class-second-network.php';

final class Several_Networks_Test extends Cli_Test_Case {

	private string $config;

	protected function setUp(): void {
		parent::setUp();
		$this->config = (string) file_get_contents( $this->file() );
		file_put_contents( $this->file(), Second_Network::config( $this->config ) );
		$this->networks( 'ClosteSync\Tests\Second_Network::create( $wpdb );' );
	}

	protected function tearDown(): void {
		$this->networks( 'ClosteSync\Tests\Second_Network::activate_on( $wpdb, 1 ); ClosteSync\Tests\Second_Network::remove( $wpdb );' );
		file_put_contents( $this->file(), $this->config );
		parent::tearDown();
	}

	public function test_a_run_of_the_second_network_works_where_the_plugin_is_active_there_alone(): void {
		$second = '--url=' . Second_Network::DOMAIN;
		$this->succeed( 'plugin', 'activate', 'closte-sync', '--network', $second );
		$this->succeed( 'plugin', 'deactivate', 'closte-sync', '--network' );
		$this->emulator->down( true );
		$this->succeed( 'site', 'create', '--slug=shop', $second );
		$this->emulator->down( false );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = 0" );' );
		$this->succeed( 'closte', 'run', $second );

		self::assertContains( 'shop.' . Second_Network::DOMAIN, $this->emulator->domains() );
		self::assertStringContainsString( 'closte_sync_run', $this->succeed( 'cron', 'event', 'list', '--field=hook', $second )->stdout );
		self::assertStringNotContainsString( 'closte_sync', $this->succeed( 'cron', 'event', 'list', '--field=hook', '--url=' . $this->network() )->stdout );
		self::assertStringContainsString( $this->network(), $this->closte( 'doctor', $second )->stdout );
	}

	private function file(): string {
		return $this->env( 'wordpress' ) . '/wp-config.php';
	}

	private function networks( string $code ): void {
		$this->succeed( 'eval', 'global $wpdb; require_once ' . var_export( dirname( __DIR__ ) . '/support/class-second-network.php', true ) . "; $code" );
	}
}
