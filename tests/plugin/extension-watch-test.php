<?php
/**
 * What each PHP of a network notes of itself.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Extension\Proof;

require_once __DIR__ . '/class-plugin-test-case.php';
require_once __DIR__ . '/trait-php-facts.php';

final class Extension_Watch_Test extends Plugin_Test_Case {

	use Php_Facts;

	public function test_a_note_of_the_same_is_renewed_once_a_day(): void {
		$watch = new Extension_Watch( $this->plugin->extension() );
		$php   = self::php( array(), array() )->to_array();
		$watch->look( $php );
		$this->assert_notes( 0, fn() => $watch->look( $php ) );
		$this->assert_notes( 1, fn() => self::without_extension()->look( $php ) );

		$watch->look( $php );
		$this->age_notes( DAY_IN_SECONDS );
		$this->assert_notes( 1, fn() => $watch->look( $php ) );
		self::assertCount( 1, Extension_Watch::notes() );
	}

	public function test_a_php_that_has_the_extension_works_once_it_has_sent_or_run(): void {
		$watch = new Extension_Watch( $this->plugin->extension() );
		$watch->look();
		self::assertFalse( Extension_Watch::works_anywhere() );

		$this->create_site( 'customer.example' );
		self::assertTrue( Extension_Watch::works_anywhere() );

		delete_network_option( get_main_network_id(), Extension_Watch::OPTION );
		$this->plugin->worker()->run( 5.0 );
		self::assertTrue( Extension_Watch::works_anywhere() );
	}

	public function test_work_counts_for_two_weeks_or_until_the_same_php_lacks_the_extension(): void {
		$watch = new Extension_Watch( $this->plugin->extension() );
		$watch->worked();
		$this->age_notes( 13 * DAY_IN_SECONDS );
		$watch->look( self::php( array(), array() )->to_array() );
		self::assertTrue( Extension_Watch::works_anywhere() );
		self::assertCount( 1, Extension_Watch::notes() );

		$this->age_notes( 2 * DAY_IN_SECONDS );
		self::assertFalse( Extension_Watch::works_anywhere() );

		$watch->worked();
		self::assertTrue( Extension_Watch::works_anywhere() );
		self::without_extension()->look();
		self::assertFalse( Extension_Watch::works_anywhere() );
		$watch->look();
		self::assertFalse( Extension_Watch::works_anywhere() );
	}

	public function test_work_is_noted_a_few_times_a_day(): void {
		$watch = new Extension_Watch( $this->plugin->extension() );
		$watch->worked();
		$this->assert_notes( 0, fn() => $watch->worked() );

		$this->age_notes( 7 * HOUR_IN_SECONDS );
		$this->assert_notes( 1, fn() => $watch->worked() );
	}

	public function test_each_version_of_php_on_a_host_has_a_note_of_its_own(): void {
		( new Extension_Watch( $this->plugin->extension() ) )->look();
		$place = (string) array_key_first( get_network_option( get_main_network_id(), Extension_Watch::OPTION ) );

		self::assertStringContainsString( sprintf( '-%d.%d@', PHP_MAJOR_VERSION, PHP_MINOR_VERSION ), $place );
	}

	public function test_what_another_place_notes_at_the_same_time_stays(): void {
		$other = array( 'fpm-fcgi-8.4@web2' => array( 'extension' => Extension::plugin_version(), 'at' => time(), 'worked' => time() ) );
		self::without_extension()->look();
		$meddle = function ( string $sql ) use ( &$meddle, $other ): string {
			if ( str_starts_with( $sql, 'UPDATE' ) && str_contains( $sql, Extension_Watch::OPTION ) ) {
				remove_filter( 'query', $meddle );
				$this->wpdb->update( $this->wpdb->sitemeta, array( 'meta_value' => serialize( $other ) ), array( 'meta_key' => Extension_Watch::OPTION ) );
			}

			return $sql;
		};

		add_filter( 'query', $meddle );
		( new Extension_Watch( $this->plugin->extension() ) )->look();
		remove_filter( 'query', $meddle );

		$this->next_request();
		self::assertTrue( Extension_Watch::works_anywhere() );
		self::assertCount( 2, Extension_Watch::notes() );
	}

	public function test_an_option_that_two_have_made_at_once_is_written_all_the_same(): void {
		self::without_extension()->look();
		foreach ( array( 'a@web1', 'b@web2' ) as $place ) {
			$note = array( $place => array( 'extension' => null, 'at' => time() ) );
			$this->wpdb->insert( $this->wpdb->sitemeta, array( 'site_id' => get_main_network_id(), 'meta_key' => Extension_Watch::OPTION, 'meta_value' => serialize( $note ) ) );
		}
		$this->next_request();
		( new Extension_Watch( $this->plugin->extension() ) )->worked();

		$this->next_request();
		self::assertTrue( Extension_Watch::works_anywhere() );
	}

	/** What a page of Network Admin notes, Site Health and the command line read. */
	public function test_a_page_of_the_network_notes_its_php(): void {
		$page    = sprintf(
			'$_SERVER["HTTP_HOST"] = %s; define( "WP_ADMIN", true ); define( "WP_NETWORK_ADMIN", true ); require %s; require_once ABSPATH . "wp-admin/includes/admin.php"; do_action( "admin_init" );',
			var_export( $this->env( 'domain' ), true ),
			var_export( $this->env( 'wordpress' ) . '/wp-load.php', true )
		);
		$process = new Process( array( PHP_BINARY, '-r', $page ) );
		self::assertSame( 0, $process->wait(), $process->output() );
		$this->next_request();
		self::assertSame( PHP_VERSION, Extension_Watch::notes()[0]['version'] );
		self::assertSame( array( Extension::plugin_version(), null ), array( Extension_Watch::notes()[0]['extension'], Extension_Watch::notes()[0]['library'] ) );
	}

	private static function without_extension(): Extension_Watch {
		return new Extension_Watch( new Extension( new Proof(), false ) );
	}

	/** The statements by which something writes notes. */
	private function assert_notes( int $expected, callable $task ): void {
		$writes = 0;
		$count  = static function ( string $sql ) use ( &$writes ): string {
			$writes += (int) ( 1 === preg_match( '/^(?:UPDATE|INSERT)/', $sql ) && str_contains( $sql, Extension_Watch::OPTION ) );

			return $sql;
		};

		add_filter( 'query', $count );
		$task();
		remove_filter( 'query', $count );

		self::assertSame( $expected, $writes );
	}

	private function age_notes( int $seconds ): void {
		$age = static fn( array $note ): array => array_map( static fn( int $at ): int => $at - $seconds, array_intersect_key( $note, array( 'at' => 0, 'worked' => 0 ) ) ) + $note;
		update_network_option( get_main_network_id(), Extension_Watch::OPTION, array_map( $age, get_network_option( get_main_network_id(), Extension_Watch::OPTION ) ) );
	}
}
