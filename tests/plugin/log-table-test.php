<?php
/**
 * The log in the database: bounds, searches, and updates of its table.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Page;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Schema;
use ClosteSync\Log\Action;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Entry;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Log_Table;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Log_Table_Test extends Plugin_Test_Case {

	private Log_Table $table;

	protected function setUp(): void {
		parent::setUp();
		$this->table = $this->plugin->log_table();
		$this->clear();
	}

	public function test_what_is_too_old_goes_in_the_daily_run_also_while_the_integration_is_off(): void {
		$this->set( array( 'enabled' => false ) );
		$this->clear();
		$this->fill( 3, time() - 91 * DAY_IN_SECONDS );
		$this->fill( 2, time() - 89 * DAY_IN_SECONDS );
		do_action( Scheduler::DAILY );
		$this->assertSame( 2, $this->table->count() );

		add_filter( 'closte_sync_log_days', static fn(): int => 30 );
		do_action( Scheduler::DAILY );
		$this->assertSame( 0, $this->table->count() );
	}

	public function test_of_what_is_too_much_the_oldest_go_whatever_their_numbers(): void {
		add_filter( 'closte_sync_log_rows', static fn(): int => 100 );
		$this->fill( 2300 );
		$newest = array_slice( $this->ids(), 0, 100 );
		$this->assertSame( 2200, $this->table->prune() );
		$this->assertSame( $newest, $this->ids() );
		$this->assertSame( 0, $this->table->prune() );

		$this->wpdb->query( $this->wpdb->prepare( "DELETE FROM {$this->name()} WHERE id = %d", $newest[50] ) );
		$this->fill( 1 );
		$this->assertSame( 0, $this->table->prune() );
		$this->assertSame( 100, $this->table->count() );
	}

	public function test_the_bounds_have_bounds(): void {
		add_filter( 'closte_sync_log_rows', static fn(): int => 0 );
		add_filter( 'closte_sync_log_days', static fn(): int => -1 );

		$this->assertSame( array( 100, 1 ), array( Log_Table::rows(), Log_Table::days() ) );
	}

	public function test_who_writes_thousands_keeps_to_the_bounds_meanwhile(): void {
		add_filter( 'closte_sync_log_rows', static fn(): int => 500 );
		for ( $i = 0; $i < 2500; $i++ ) {
			$this->plugin->log()->note( Action::Adopt, Outcome::Adopted, "d$i.example" );
		}
		$this->plugin->log()->flush();

		$this->assertLessThanOrEqual( 1500, $this->table->count() );
		$this->assertSame( 'd2499.example', $this->table->query( new Log_Query( per_page: 1 ) )[0]->domain );
	}

	public function test_every_filter_finds_its_own(): void {
		$now = time();
		$this->table->insert(
			array(
				$this->entry( array( 'logged_at' => $now - 100, 'domain' => 'one.example', 'blog_id' => 5, 'user_id' => 3 ) ),
				$this->entry( array( 'logged_at' => $now, 'domain' => 'two.example', 'action' => Action::Remove, 'outcome' => Outcome::Rejected, 'reason' => Reason::SiteDeleted, 'actor' => Actor::Cron, 'message' => 'Zu viele ümlaute, 100 %_' ) ),
				$this->entry( array( 'logged_at' => $now + 100, 'domain' => '', 'action' => Action::Enable, 'outcome' => Outcome::Done, 'actor' => Actor::WpCli ) ),
			)
		);
		$found = fn( mixed ...$arguments ): array => array_map( static fn( Entry $entry ): string => $entry->domain, $this->table->query( new Log_Query( ...$arguments ) ) );

		$this->assertSame( array( '', 'two.example', 'one.example' ), $found() );
		$this->assertSame( array( 'one.example', 'two.example', '' ), $found( newest_first: false ) );
		$this->assertSame( array( 'two.example' ), $found( per_page: 1, offset: 1 ) );
		$this->assertSame( array( 'one.example' ), $found( domain: 'one.example' ) );
		$this->assertSame( array(), $found( domain: 'ne.example' ) );
		$this->assertSame( array( '', 'one.example' ), $found( actions: array( Action::Add, Action::Enable ) ) );
		$this->assertSame( array( 'two.example' ), $found( outcomes: Outcome::problems() ) );
		$this->assertSame( array( 'two.example' ), $found( reasons: array( Reason::SiteDeleted, Reason::Queue ) ) );
		$this->assertSame( array( '' ), $found( actor: Actor::WpCli ) );
		$this->assertSame( array( 'one.example' ), $found( user_id: 3 ) );
		$this->assertSame( array( 'one.example' ), $found( blog_id: 5 ) );
		$this->assertSame( array( '', 'two.example' ), $found( since: $now ) );
		$this->assertSame( array( 'one.example' ), $found( until: $now ) );
		$this->assertSame( array( 'two.example', 'one.example' ), $found( search: 'EXAMPLE' ) );
		$this->assertSame( array( 'two.example' ), $found( search: 'VIELE ÜMLAUTE' ) );
		$this->assertSame( array( 'two.example' ), $found( search: '%_' ) );
		$this->assertSame( array(), $found( search: "' OR 1=1 -- " ) );
		$this->assertSame( array( '' ), $found( after_id: $this->ids()[1] ) );
		$this->assertSame( 1, $this->table->count( new Log_Query( outcomes: Outcome::problems(), search: 'two' ) ) );
	}

	/** @dataProvider orders */
	public function test_pages_have_each_entry_once_in_both_directions_and_with_every_filter( bool $newest_first ): void {
		foreach ( range( 1, 60 ) as $n ) {
			$this->table->insert( array( $this->entry( array( 'domain' => $n % 3 ? 'a.example' : 'b.example', 'outcome' => $n % 7 ? Outcome::Added : Outcome::Failed, 'action' => $n % 2 ? Action::Add : Action::Check ) ) ) );
		}

		// There are gaps, and more numbers than one statement looks through.
		$this->wpdb->query( "DELETE FROM {$this->name()} WHERE id % 5 = 0" );
		$this->wpdb->query( "UPDATE {$this->name()} SET id = id * 100" );

		foreach ( array( array(), array( 'outcomes' => array( Outcome::Failed ) ), array( 'actions' => array( Action::Add ), 'outcomes' => Outcome::problems() ), array( 'domain' => 'b.example' ), array( 'search' => 'b.ex' ), array( 'search' => 'nobody' ) ) as $filter ) {
			foreach ( array( 1, 3, 7, 100 ) as $per_page ) {
				$query = new Log_Query( ...$filter, newest_first: $newest_first, per_page: $per_page );
				$all   = array_column( $this->table->query( $query->with( per_page: null ) ), 'id' );
				$forth = $back = array();
				$after = $before = '';

				do {
					$page  = $this->table->page( $query, after: $after );
					$after = $page->next;
					$this->assertSame( array() === $forth, '' === $page->previous );
					array_push( $forth, ...array_column( $page->rows, 'id' ) );
				} while ( '' !== $after );

				$before = Page::END;
				do {
					$page   = $this->table->page( $query, before: $before );
					$before = $page->previous;
					$this->assertSame( array() === $back, '' === $page->next );
					array_unshift( $back, ...array_column( $page->rows, 'id' ) );
				} while ( '' !== $before );

				$this->assertSame( array( $all, $all ), array( $forth, $back ) );
			}
		}

		$this->assertSame( array(), $this->table->page( new Log_Query(), after: '1' )->rows );
		$this->assertCount( 20, $this->table->page( new Log_Query(), after: "1 OR 1=1 -- '" )->rows );
	}

	/** @return array<string, array{bool}> */
	public static function orders(): array {
		return array(
			'the newest first' => array( true ),
			'the oldest first' => array( false ),
		);
	}

	public function test_pages_share_what_was_counted_within_a_minute_where_there_are_many(): void {
		$count = fn( Outcome ...$outcomes ): int => $this->plugin->log_table()->recent_counts()->of( array(), $outcomes );
		$this->fill( 900 );
		$this->assertSame( 900, $count() );
		$this->fill( 200 );
		$this->assertSame( array( 1100, 1100, 0 ), array( $count(), $count( Outcome::Added ), $count( Outcome::Failed ) ) );
		$this->fill( 1 );
		$this->assertSame( 1100, $count() );
		$this->clear();
		delete_network_option( get_main_network_id(), 'closte_sync_log_counts' );
		$this->assertSame( 0, $count() );
	}

	public function test_an_entry_comes_back_as_it_was(): void {
		$entry = $this->entry( array( 'domain' => 'xn--bcher-kva.example', 'source' => Row_Source::WWW, 'message' => "It's \"said\" 💥 \\ %s" ) );
		$this->table->insert( array( $entry ) );

		$this->assertEquals( array( 'id' => $this->ids()[0] ) + get_object_vars( $entry ), get_object_vars( $this->table->query( new Log_Query() )[0] ) );
	}

	public function test_words_of_a_later_version_harm_nothing(): void {
		$this->fill( 1 );
		$this->wpdb->query( "UPDATE {$this->name()} SET action = 'later', outcome = 'later', reason = 'later', source = 'later', actor = 'later'" );

		$this->assertSame( 1, count( $this->table->query( new Log_Query() ) ) );
	}

	/** @dataProvider earlier_versions */
	public function test_an_update_from_each_earlier_version_keeps_the_ledger( int $version ): void {
		$this->be_at( $version );
		try {
			$this->next_request();
			$this->create_site( 'shop' );

			$this->assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
			$this->assertSame( $version > 0, null !== $this->row( 'from-before.example' ) );
			$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
			$this->assertSame( $this->sub( 'shop' ), $this->plugin->log_table()->query( new Log_Query( per_page: 1 ) )[0]->domain );
			$columns = array_column( $this->wpdb->get_results( "SHOW COLUMNS FROM {$this->name()}", ARRAY_A ), 'Field' );
			$this->assertSame( array( 'id', 'logged_at', 'domain', 'blog_id', 'action', 'outcome', 'reason', 'source', 'actor', 'user_id', 'message' ), $columns );
		} finally {
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	/** @return array<string, array{int}> */
	public function earlier_versions(): array {
		return array_combine( array_map( static fn( int $version ): string => "version $version", range( 0, Schema::VERSION - 1 ) ), array_map( static fn( int $version ): array => array( $version ), range( 0, Schema::VERSION - 1 ) ) );
	}

	public function test_a_table_of_the_log_that_is_lost_comes_back_with_the_next_entry(): void {
		$this->wpdb->query( "DROP TABLE {$this->name()}" );
		$this->next_request();
		$this->create_site( 'shop' );
		$this->assertSame( 1, $this->table->count() );

		$this->wpdb->query( "DROP TABLE {$this->name()}" );
		$this->next_request();
		$this->activate();
		$this->assertSame( 1, $this->table->count() );
	}

	public function test_where_the_log_cannot_have_a_table_the_ledger_works_and_it_is_tried_again(): void {
		$this->be_at( 2 );
		$refuse = fn( string $sql ): string => str_contains( $sql, 'CREATE TABLE' ) && str_contains( $sql, $this->name() ) ? 'CREATE TABLE nonsense' : $sql;
		$before = ini_set( 'error_log', '/dev/null' );
		add_filter( 'query', $refuse );
		try {
			$this->next_request();
			$this->create_site( 'shop' );
			$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
			$this->assertSame( 'checking-dns', $this->stage( $this->sub( 'shop' ) ) );
			$this->assertSame( 2, $this->plugin->schema()->installed_version() );

			remove_filter( 'query', $refuse );
			$this->next_request();
			$this->create_site( 'next' );
			$this->assertSame( Schema::VERSION, $this->plugin->schema()->installed_version() );
			$this->assertSame( 1, $this->plugin->log_table()->count() );
		} finally {
			ini_set( 'error_log', (string) $before );
			remove_filter( 'query', $refuse );
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	/**
	 * The database as that version left it, with a domain in it.
	 */
	private function be_at( int $version ): void {
		$this->plugin->schema()->drop();
		if ( $version >= 1 ) {
			$this->wpdb->query( str_replace( '%i', "{$this->wpdb->base_prefix}closte_sync_domains", (string) file_get_contents( __DIR__ . '/schema-1.sql' ) ) );
			$this->wpdb->query( "INSERT INTO {$this->wpdb->base_prefix}closte_sync_domains ( domain, source, error_message, problems ) VALUES ( 'from-before.example', 'manual', '', '[]' )" );
			if ( $version >= 2 && ! $this->plugin->database()->is_sqlite() ) {
				$this->wpdb->query( "ALTER TABLE {$this->wpdb->base_prefix}closte_sync_domains MODIFY domain varbinary(255) NOT NULL" );
			}
			$this->assertSame( '', $this->wpdb->last_error );
			update_network_option( get_main_network_id(), Schema::OPTION, $version );
		}
	}

	/**
	 * An entry with these properties.
	 *
	 * @param array<string, mixed> $properties
	 */
	private function entry( array $properties = array() ): Entry {
		return new Entry(
			...array_merge(
				array(
					'id'        => 0,
					'logged_at' => time(),
					'domain'    => 'a.example',
					'blog_id'   => 0,
					'action'    => Action::Add,
					'outcome'   => Outcome::Added,
					'reason'    => Reason::Run,
					'source'    => '',
					'actor'     => Actor::User,
					'user_id'   => 0,
					'message'   => '',
				),
				$properties
			)
		);
	}

	private function fill( int $count, ?int $time = null ): void {
		foreach ( array_chunk( array_fill( 0, $count, $this->entry( array( 'logged_at' => $time ?? time() ) ) ), 100 ) as $entries ) {
			$this->table->insert( $entries );
		}
	}

	/** @return list<int> The newest first. */
	private function ids(): array {
		return array_map( 'intval', $this->wpdb->get_col( "SELECT id FROM {$this->name()} ORDER BY id DESC" ) );
	}

	private function clear(): void {
		$this->wpdb->query( "DELETE FROM {$this->name()}" );
	}

	private function name(): string {
		return $this->wpdb->base_prefix . 'closte_sync_log';
	}
}
