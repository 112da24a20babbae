<?php
/**
 * Networks of earlier versions, as those versions left them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Dismissals;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Ledger\Schema;
use ClosteSync\Log\Log_Query;
use ClosteSync\Settings\Settings;

require_once __DIR__ . '/class-plugin-test-case.php';

/**
 * The snapshots were taken of networks that ran the code of 0.1.0, on MariaDB and on SQLite: with its first schema, which knew
 * neither a log nor a key, and as it was last. Schemas between the two are in schema-test.php. Each has sites whose domains are
 * in every stage, one that is queued and one that is to be removed while Closte does not answer, the settings all changed, the
 * integration on, and the last one a key that was entered.
 */
final class Upgrade_Test extends Plugin_Test_Case {

	/** Options of the first schema that nothing reads any more: notices that were to be shown once. */
	private const FORGOTTEN = array( 'closte_sync_pending_notice' );

	protected function tearDown(): void {
		$this->plugin->schema()->drop();
		$this->plugin->schema()->upgrade();
		parent::tearDown();
	}

	/**
	 * @dataProvider snapshots
	 *
	 * @param list<string> $queued  What is to be sent.
	 * @param list<string> $leaving What is to be removed.
	 */
	public function test_a_network_of_0_1_0_goes_on_where_it_was( string $name, int $version, array $queued, array $leaving ): void {
		$snapshot = json_decode( (string) file_get_contents( __DIR__ . "/snapshots/$name.json" ), true, 16, JSON_THROW_ON_ERROR );
		self::assertSame( $version, (int) $snapshot['options'][ Schema::OPTION ] );
		$rows = $this->load( $snapshot );
		$this->next_request();

		$this->run_due();
		self::assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
		$expected = array( ...array_map( static fn( string $domain ): string => "add $domain", $queued ), ...array_map( static fn( string $domain ): string => "delete $domain", $leaving ) );
		self::assertEqualsCanonicalizing( $expected, $this->changes() );

		$this->assert_settings_are( maybe_unserialize( $snapshot['options'][ Settings::OPTION ] ) );
		foreach ( $rows as $row ) {
			$now = $this->row( $row['domain'] );
			if ( in_array( $row['domain'], array( ...$queued, ...$leaving ), true ) ) {
				self::assertSame( in_array( $row['domain'], $leaving, true ), null === $now, $row['domain'] );
			} else {
				self::assertNull( $now->unreadable_column() );
				self::assertSame( array( $row['stage'], (int) $row['accepted_at'], (int) $row['blog_id'], $row['error_message'] ), array( $now->stage->value, $now->accepted_at, $now->blog_id, $now->error_message ), $row['domain'] );
			}
		}
		self::assertSame( 'working', $this->row( 'working.example' )->state->value );

		// What was sent is not sent again, neither by the next run nor by the daily one, which adds www names that the settings ask for.
		$this->let_time_pass( 120 );
		$this->run_due();
		self::assertEqualsCanonicalizing( $expected, $this->changes() );
		do_action( 'closte_sync_reconcile' );
		self::assertSame( array_unique( $this->changes() ), $this->changes() );
		self::assertEqualsCanonicalizing( preg_grep( '/^delete/', $expected ), preg_grep( '/^delete/', $this->changes() ) );
		self::assertNotNull( $this->plugin->scheduler()->next_run() );
		$this->assert_columns_are_those_of_a_new_table();
	}

	/** @return array<string, array{string, int, list<string>, list<string>}> */
	public function snapshots(): array {
		return array(
			'the first' => array( '0.1.0-first', 1, array( 'queued.example' ), array( 'leaving.example' ) ),
			'the last'  => array( '0.1.0-last', 8, array( 'queued.example', 'www.queued.example' ), array( 'leaving.example', 'www.leaving.example' ) ),
		);
	}

	public function test_key_log_and_what_people_chose_are_still_there(): void {
		$snapshot = json_decode( (string) file_get_contents( __DIR__ . '/snapshots/0.1.0-last.json' ), true, 16, JSON_THROW_ON_ERROR );
		$this->load( $snapshot );
		add_filter( 'salt', static fn( string $salt, string $scheme ): string => 'secure_auth' === $scheme ? 'the salts of the snapshot' : $salt, 10, 2 );
		$this->next_request();
		wp_set_current_user( 1 );

		self::assertFalse( Key_Store::is_unreadable() );
		self::assertStringEndsWith( '9d2e', (string) Key_Store::read() );
		self::assertSame( count( $snapshot['tables']['closte_sync_log']['rows'] ), $this->plugin->log_table()->count( new Log_Query() ) );
		self::assertTrue( Dismissals::has( 'offer-to-enable' ) );
		self::assertFalse( $this->plugin->readiness()->is_another_network() );
		foreach ( ( new Site_Health( $this->plugin, '', '' ) )->add_tests( array() )['direct'] as $name => $test ) {
			self::assertNotSame( '', $test['test']()['label'], $name );
		}
	}

	/** @dataProvider snapshots */
	public function test_all_that_0_1_0_kept_is_known_today( string $name ): void {
		$snapshot = json_decode( (string) file_get_contents( __DIR__ . "/snapshots/$name.json" ), true, 16, JSON_THROW_ON_ERROR );
		$code     = '';
		foreach ( new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $this->env( 'plugin' ) . '/inc' ) ) as $file ) {
			$code .= $file->isFile() ? (string) file_get_contents( $file->getPathname() ) : '';
		}
		$kept = array_keys( $snapshot['options'] + $snapshot['user_meta'] + $snapshot['site_meta'] + $snapshot['cron'] + $snapshot['tables'] + array_flip( array_filter( $snapshot['cron'], static fn( string $schedule ): bool => str_starts_with( $schedule, 'closte' ) ) ) );

		self::assertSame( array(), array_values( array_filter( array_diff( $kept, self::FORGOTTEN ), static fn( string $name ): bool => ! str_contains( $code, "'$name'" ) ) ) );
		foreach ( $snapshot['cron'] as $schedule ) {
			self::assertArrayHasKey( $schedule, wp_get_schedules() );
		}
	}

	/**
	 * Puts a snapshot in place of what there is, with times as long ago as they were then.
	 *
	 * @param array<string, mixed> $snapshot
	 * @return list<array<string, string>> The rows of the ledger.
	 */
	private function load( array $snapshot ): array {
		$sites = array();
		foreach ( $snapshot['sites'] as $id => $domain ) {
			$sites[ $id ] = (string) $this->create_site( $domain );
		}
		$this->next_request();
		$this->plugin->schema()->drop();
		$this->wpdb->query( "DELETE FROM {$this->wpdb->sitemeta} WHERE meta_key LIKE 'closte_sync%'" );
		$this->emulator->clear();

		$later = time() - $snapshot['taken_at'];
		$rows  = array();
		foreach ( $snapshot['tables'] as $table => $content ) {
			$this->wpdb->query( $content[ $this->plugin->database()->is_sqlite() ? 'sqlite' : 'mariadb' ] );
			foreach ( $content['rows'] as $row ) {
				foreach ( $row as $column => $value ) {
					$is_time        = 1 === preg_match( '/_(?:at|since|until)$/', $column ) && (int) $value > 0;
					$row[ $column ] = $is_time ? (string) ( (int) $value + $later ) : $value;
				}
				$row['blog_id'] = $sites[ $row['blog_id'] ] ?? $row['blog_id'];
				self::assertSame( 1, $this->wpdb->insert( $this->wpdb->base_prefix . $table, $row ) );
				'closte_sync_domains' === $table && $rows[] = $row;
			}
		}
		foreach ( array( 'options' => $this->wpdb->sitemeta, 'user_meta' => $this->wpdb->usermeta, 'site_meta' => $this->wpdb->blogmeta ) as $kind => $table ) {
			foreach ( $snapshot[ $kind ] as $name => $value ) {
				$owner = array( 'options' => 'site_id', 'user_meta' => 'user_id', 'site_meta' => 'blog_id' )[ $kind ];
				self::assertSame( 1, $this->wpdb->insert( $table, array( $owner => 1, 'meta_key' => $name, 'meta_value' => $value ) ) );
			}
		}
		foreach ( $snapshot['cron'] as $hook => $schedule ) {
			wp_clear_scheduled_hook( $hook );
			wp_schedule_event( time() + HOUR_IN_SECONDS, $schedule, $hook );
		}
		$this->emulator->set_domains( array_column( array_filter( $rows, static fn( array $row ): bool => (int) $row['accepted_at'] > 0 ), 'domain' ) );
		// Some minutes later.
		$this->wpdb->query( "UPDATE {$this->plugin->schema()->table()} SET next_check_at = 1 WHERE domain LIKE '%queued.example' OR wanted = 'absent'" );
		wp_cache_flush();

		return $rows;
	}

	/**
	 * @param array<string, mixed> $stored As 0.1.0 stored them.
	 */
	private function assert_settings_are( array $stored ): void {
		$now = Settings::load()->to_array();

		self::assertTrue( $now['enabled'] );
		self::assertSame( $stored, array_intersect_key( array_replace( $stored, $now ), $stored ) );
	}

	private function assert_columns_are_those_of_a_new_table(): void {
		$columns  = fn(): array => array_column( $this->wpdb->get_results( "SHOW COLUMNS FROM {$this->plugin->schema()->table()}", ARRAY_A ), 'Type', 'Field' );
		$upgraded = $columns();
		$this->plugin->schema()->drop();
		$this->plugin->schema()->upgrade();

		self::assertEquals( $columns(), $upgraded );
	}
}
