<?php
/**
 * Extension and plugin of different versions, and a ledger of another version.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Version_Fit;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Schema;

require_once __DIR__ . '/class-screens-test-case.php';
require_once dirname( __DIR__ ) . '/support/class-other-library.php';

/** What another PHP does, it does in a process of its own, with a library that says it has that version. */
final class Versions_Test extends Screens_Test_Case {

	private string $dir;

	protected function setUp(): void {
		parent::setUp();
		$this->dir = sys_get_temp_dir() . '/closte-versions-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->dir );
		$this->log_in( 'super' );
	}

	protected function tearDown(): void {
		array_map( 'unlink', (array) glob( "$this->dir/*.d/*" ) );
		array_map( 'rmdir', (array) glob( "$this->dir/*.d" ) );
		array_map( 'unlink', (array) glob( "$this->dir/*" ) );
		rmdir( $this->dir );
		parent::tearDown();
	}

	/** @dataProvider fits */
	public function test_versions_fit_from_the_oldest_that_is_asked_for_to_the_plugins_own_series( Version_Fit $fit, ?string $extension, string $oldest, string $plugin ): void {
		self::assertSame( $fit, Version_Fit::of( $extension, $oldest, $plugin ) );
	}

	/** @return array<string, array{Version_Fit, ?string, string, string}> */
	public function fits(): array {
		return array(
			'none'                                    => array( Version_Fit::Missing, null, '0.2.0', '0.2.0' ),
			'the same'                                => array( Version_Fit::Fits, '0.2.0', '0.2.0', '0.2.0' ),
			'an older patch than the plugin'          => array( Version_Fit::Fits, '0.2.0', '0.2.0', '0.2.7' ),
			'a newer patch than the plugin'           => array( Version_Fit::Fits, '0.2.7', '0.2.0', '0.2.0' ),
			'an older minor that has what is needed'  => array( Version_Fit::Fits, '0.2.5', '0.2.5', '0.3.0' ),
			'a patch before the oldest'               => array( Version_Fit::TooOld, '0.2.4', '0.2.5', '0.3.0' ),
			'a minor before the oldest'               => array( Version_Fit::TooOld, '0.9.9', '0.10.0', '0.10.1' ),
			'a candidate of the oldest'               => array( Version_Fit::TooOld, '0.2.0-rc.1', '0.2.0', '0.2.0' ),
			'the next minor before 1.0'               => array( Version_Fit::TooNew, '0.3.0', '0.2.0', '0.2.9' ),
			'a minor with two digits'                 => array( Version_Fit::TooNew, '0.10.0', '0.2.0', '0.9.0' ),
			'the first version that promises to last' => array( Version_Fit::TooNew, '1.0.0', '0.2.0', '0.9.0' ),
			'the next minor after 1.0'                => array( Version_Fit::Fits, '1.7.0', '1.2.0', '1.2.0' ),
			'the next major'                          => array( Version_Fit::TooNew, '2.0.0', '1.2.0', '1.9.0' ),
			'a candidate of the next major'           => array( Version_Fit::TooNew, '2.0.0-rc.1', '1.2.0', '1.9.0' ),
			'an older major'                          => array( Version_Fit::TooOld, '1.9.0', '2.0.0', '2.0.0' ),
		);
	}

	public function test_the_plugin_works_with_the_extension_of_its_own_version(): void {
		self::assertSame( Version_Fit::Fits, Version_Fit::of( Extension::plugin_version(), Extension::MINIMUM_VERSION, Extension::plugin_version() ) );
	}

	/**
	 * @dataProvider strangers
	 *
	 * @param bool   $is_whole Whether the library could do it all; else whoever calls anything of it dies.
	 * @param string $update   What the notice says is to be updated.
	 */
	public function test_a_php_with_another_version_records_and_sends_nothing_and_nothing_is_lost_or_sent_twice( string $version, bool $is_whole, string $update ): void {
		if ( ! $is_whole && ! Other_Library::can_be_compiled() ) {
			self::markTestSkipped( 'There is no compiler with the headers of this PHP.' );
		}
		$gone = $this->create_site( 'gone' );
		$this->next_request();
		$other = $this->start_other(
			$version,
			$is_whole,
			'wp_insert_site( array( "domain" => "new." . get_network()->domain, "path" => "/", "network_id" => 1, "user_id" => 1, "title" => "new" ) );
			wp_delete_site( ' . $gone . ' );
			foreach ( array( "closte_sync_run", "closte_sync_reconcile" ) as $hook ) { do_action( $hook ); }'
		);
		self::assertSame( 0, $other->wait(), $other->output() );
		self::assertSame( '', $other->output() );
		self::assertSame( array( 'add ' . $this->sub( 'gone' ) ), $this->changes() );

		$screens = $this->start_other(
			$version,
			$is_whole,
			'$plugin = new ClosteSync\Container( $wpdb );
			foreach ( array( "dashboard" => "Notices", ClosteSync\Admin\Pages::domains_screen_id() => "Domains\Domains_Screen", ClosteSync\Admin\Pages::settings_screen_id() => "Settings\Settings_Screen", "widget" => "Dashboard\Dashboard_Widget" ) as $id => $class ) {
				set_current_screen( $id );
				$class  = "ClosteSync\Admin\\\\$class";
				$screen = new $class( $plugin );
				method_exists( $screen, "prepare" ) && $screen->prepare();
				$screen->show();
			}
			foreach ( ( new ClosteSync\Diagnosis\Site_Health( $plugin, "", "" ) )->add_tests( array() )["direct"] as $test ) { echo $test["test"]()["label"]; }'
		);
		self::assertSame( 0, $screens->wait(), $screens->output() );
		self::assertStringContainsString( $update, html_entity_decode( $screens->output() ) );
		self::assertStringContainsString( $version, $screens->output() );
		self::assertStringContainsString( '<pre class="closte-sync-lines"', $screens->output() );

		$this->run_due();
		$this->let_time_pass( 120 );
		$this->run_due();
		self::assertSame( array( 'add ' . $this->sub( 'gone' ), 'add ' . $this->sub( 'new' ), 'delete ' . $this->sub( 'gone' ) ), $this->in_order( $this->changes() ) );
		self::assertSame( array( $this->sub( 'new' ) ), $this->emulator->domains() );
	}

	/** @return array<string, array{string, bool, string}> */
	public function strangers(): array {
		return array(
			'older, without what is called' => array( '0.0.1', false, 'too old for this plugin' ),
			'older, whole'                  => array( '0.0.1', true, 'too old for this plugin' ),
			'newer, without what is called' => array( '9.0.0', false, 'too new for this plugin' ),
			'newer, whole'                  => array( '9.0.0', true, 'too new for this plugin' ),
		);
	}

	/** A worker that still has the old library works beside one with the new: each takes what comes, all at the same time. */
	public function test_heads_with_the_old_and_the_new_library_at_work_together_send_each_change_once(): void {
		$this->plugin->ledger();
		$code    = 'for ( $i = 0; $i < 6; $i++ ) { wp_insert_site( array( "domain" => "%1$s$i." . get_network()->domain, "path" => "/", "network_id" => 1, "user_id" => 1, "title" => "x" ) ); do_action( "closte_sync_run" ); }';
		$workers = array();
		foreach ( array( 'old' => '0.0.1', 'own' => null, 'new' => '9.0.0' ) as $name => $version ) {
			$workers[ $name ] = $this->start_other( $version, true, sprintf( $code, $name ) );
		}
		foreach ( $workers as $worker ) {
			self::assertSame( 0, $worker->wait(), $worker->output() );
			self::assertSame( '', $worker->output() );
		}
		$this->let_time_pass( 120 );
		$this->run_due();

		$expected = array();
		foreach ( array_keys( $workers ) as $name ) {
			for ( $i = 0; $i < 6; $i++ ) {
				$expected[] = 'add ' . $this->sub( "$name$i" );
			}
		}
		self::assertSame( $this->in_order( $expected ), $this->in_order( $this->changes() ) );
	}

	public function test_a_plugin_that_is_older_than_the_ledger_records_and_sends_nothing(): void {
		$gone = $this->create_site( 'gone' );
		update_network_option( get_main_network_id(), Schema::OPTION, Schema::VERSION + 1 );
		$this->wpdb->query( "ALTER TABLE {$this->plugin->schema()->table()} ADD COLUMN of_tomorrow varchar(20) NOT NULL DEFAULT ''" );
		$this->next_request();
		try {
			$this->create_site( 'new' );
			wp_delete_site( $gone );
			$this->run_due();
			do_action( 'closte_sync_reconcile' );
			$this->activate();
			self::assertSame( array( 'add ' . $this->sub( 'gone' ) ), $this->changes() );
			self::assertSame( Schema::VERSION + 1, $this->plugin->schema()->installed_version() );
			self::assertSame( array( 'plugin', 'present', 'absent' ), array( $this->plugin->readiness()->hindrance(), $this->row( $this->sub( 'new' ) )->wanted->value, $this->row( $this->sub( 'gone' ) )->wanted->value ) );
			self::assertStringContainsString( 'until its Closte Sync is updated', $this->plugin->adoption()->problem() );
			self::assertSame( 'critical', ( new \ClosteSync\Diagnosis\Site_Health( $this->plugin, '', '' ) )->add_tests( array() )['direct']['closte_sync_plugin']['test']()['status'] );
			self::assertSame( 1, substr_count( $this->notices( 'dashboard-network' ), 'until its Closte Sync is updated' ) );
		} finally {
			$this->wpdb->query( "ALTER TABLE {$this->plugin->schema()->table()} DROP COLUMN of_tomorrow" );
			update_network_option( get_main_network_id(), Schema::OPTION, Schema::VERSION );
		}

		$this->let_time_pass( 120 );
		$this->run_due();
		self::assertSame( array( 'add ' . $this->sub( 'gone' ), 'add ' . $this->sub( 'new' ), 'delete ' . $this->sub( 'gone' ) ), $this->in_order( $this->changes() ) );
		self::assertNull( $this->row( $this->sub( 'gone' ) ) );
	}

	public function test_a_newer_ledger_is_noticed_by_a_run_that_goes_on(): void {
		$this->plugin->ledger()->want( 'later.example', 0, Row_Source::MANUAL );
		self::assertNull( $this->plugin->readiness()->problem() );
		// Another web head, with a cache of its own.
		$this->wpdb->update( $this->wpdb->sitemeta, array( 'meta_value' => Schema::VERSION + 1 ), array( 'meta_key' => Schema::OPTION ) );
		self::assertStringContainsString( 'older than the list of domains', $this->plugin->worker()->run( 5.0 )->problem );
		self::assertSame( array(), $this->changes() );
	}

	private function notices( string $screen ): string {
		set_current_screen( $screen );
		ob_start();
		( new \ClosteSync\Admin\Notices( $this->plugin ) )->show();

		return (string) ob_get_clean();
	}

	/**
	 * Starts code as a network admin's page in another PHP.
	 *
	 * @param ?string $version  Of its extension; null: the one that was built.
	 * @param bool    $is_whole As in make_whole() and make_empty().
	 */
	private function start_other( ?string $version, bool $is_whole, string $code ): Process {
		$ini   = (string) file_get_contents( $this->env( 'dir' ) . '/php.d/closte.ini' );
		$built = 1 === preg_match( '/^extension=(.+)$/m', $ini, $match ) ? $match[1] : '';
		$file  = "$this->dir/" . bin2hex( random_bytes( 6 ) ) . '.so';
		match ( true ) {
			null === $version => copy( $built, $file ),
			$is_whole         => Other_Library::make_whole( $built, $version, $file ),
			default           => Other_Library::make_empty( $version, $file ),
		};
		mkdir( "$file.d" );
		file_put_contents( "$file.d/closte.ini", str_replace( "extension=$built", "extension=$file", $ini ) );
		$code = sprintf(
			'$_SERVER["HTTP_HOST"] = %1$s; define( "WP_ADMIN", true ); define( "WP_NETWORK_ADMIN", true ); require %2$s; require_once ABSPATH . "wp-admin/includes/admin.php"; wp_set_current_user( 1 ); %3$s',
			var_export( $this->env( 'domain' ), true ),
			var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ),
			$code
		);

		return new Process( array( PHP_BINARY, '-r', $code ), array( 'PHP_INI_SCAN_DIR' => ":$file.d" ) + getenv() );
	}

	/**
	 * @param list<string> $changes
	 * @return list<string>
	 */
	private function in_order( array $changes ): array {
		sort( $changes );

		return $changes;
	}
}
