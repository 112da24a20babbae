<?php
/**
 * A network of many sites, made through WordPress's own functions.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Uninstaller;

final class Many_Sites_Test extends Plugin_Test_Case {

	protected function tearDown(): void {
		$this->wpdb->query( "DELETE FROM {$this->wpdb->blogs} WHERE blog_id > 1" );
		parent::tearDown();
	}

	public function test_many_sites_in_a_loop_take_the_time_of_their_calls_and_uninstalling_leaves_nothing_of_ours_on_any(): void {
		$count    = (int) ( getenv( 'CLOSTE_SITES' ) ?: 200 );
		$expected = array();
		$ours     = 0.0;
		// Their dozen tables are what takes the time, and none of ours looks at them.
		remove_action( 'wp_initialize_site', 'wp_initialize_site', 10 );
		// The part of it that is ours: from before our listener to after it.
		add_action(
			'wp_initialize_site',
			function () use ( &$ours ): void {
				$ours -= $this->work_seconds();
			},
			19
		);
		add_action(
			'wp_initialize_site',
			function () use ( &$ours ): void {
				$ours += $this->work_seconds();
			},
			21
		);
		for ( $n = 1; $n <= $count; $n++ ) {
			$this->create_site( "s$n" );
			$expected[] = $this->sub( "s$n" );
			// Each site is made by a request of its own.
			$this->plugin->forget();
		}

		sort( $expected );
		$this->assertSame( $expected, $this->emulator->domains() );
		$this->assertSame( array_map( static fn( int $n ): string => "add s$n.network.test", range( 1, $count ) ), $this->changes() );
		$this->assertLessThan( 0.1, $ours / $count, 'seconds of work of ours for a site' );

		( new Uninstaller( $this->wpdb ) )->uninstall();
		try {
			$this->assertSame( array(), $this->wpdb->get_col( "SELECT option_name FROM {$this->wpdb->options} WHERE option_name LIKE '%closte%sync%' OR ( option_name = 'cron' AND option_value LIKE '%closte\\_sync%' )" ) );
			$this->assertSame( array(), $this->wpdb->get_col( "SELECT meta_key FROM {$this->wpdb->sitemeta} WHERE meta_key LIKE '%closte%sync%'" ) );
			$this->assertSame( array(), $this->wpdb->get_col( "SHOW TABLES LIKE '%closte%'" ) );
			$this->assertSame( $expected, $this->emulator->domains() );
		} finally {
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	/** Seconds that this process and the database have used of a processor. */
	private function work_seconds(): float {
		$pid = (int) file_get_contents( $this->env( 'dir' ) . '/mariadb/mariadb.pid' );
		// proc(5): the 12th and 13th field after the name, in hundredths.
		$fields = explode( ' ', (string) preg_replace( '/^.*\) /', '', (string) file_get_contents( "/proc/$pid/stat" ) ) );

		return self::processor_seconds() + ( (int) $fields[11] + (int) $fields[12] ) / 100;
	}
}
