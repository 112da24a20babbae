<?php
/**
 * How many SQL statements of ours an event costs.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Dashboard\Dashboard_Widget;
use ClosteSync\Admin\Dashboard\Menu_Bubble;
use ClosteSync\Admin\Domains\Domains_Poll;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Domains\Site_Titles;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Notified_Owners;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Ledger\Work;
use ClosteSync\Log\Log_Query;
use ClosteSync\Operations\Operation;

require_once __DIR__ . '/class-plugin-test-case.php';

/**
 * Counted on MariaDB: WordPress's drop-in for SQLite asks questions of its own.
 */
final class Statement_Budget_Test extends Plugin_Test_Case {

	/** Rows of a ledger whose whole reading would be felt. */
	private const MANY = 3000;

	/** @var list<string> */
	private array $statements = array();

	protected function setUp(): void {
		parent::setUp();

		if ( $this->plugin->database()->is_sqlite() ) {
			$this->markTestSkipped( 'Statements are counted on MariaDB only.' );
		}

		// A network that has had sites before: tables, schedule and options are there.
		$this->create_site( 'earlier' );
		$this->run_due();
		$this->warm_up();
	}

	public function test_a_created_site_with_two_names_costs_fourteen_statements(): void {
		$this->count_statements( fn() => $this->create_site( 'customer.example' ) );

		$this->assertContains( 'www.customer.example', $this->emulator->domains() );
		$this->assert_at_most( 14 );
	}

	public function test_a_created_site_with_one_name_costs_eleven_statements(): void {
		$this->count_statements( fn() => $this->create_site( 'shop' ) );

		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
		$this->assert_at_most( 11 );
	}

	public function test_a_run_costs_few_statements_for_each_hundred_rows(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		for ( $i = 0; $i < 300; $i++ ) {
			$this->plugin->ledger()->want( "d$i.example", 0, Row_Source::MANUAL );
			$this->plugin->ledger()->unwant( "gone$i.example", 0, Row_Source::MANUAL );
		}
		$this->set( array( 'enabled' => true ) );
		$this->warm_up();
		$worker = $this->plugin->worker();
		$this->count_statements( fn() => $worker->run( 60.0, null, Work::Calls ) );

		$this->assertCount( 601, $this->changes() );
		$this->assert_at_most( 20 + 9 * 6 );
	}

	/**
	 * Counted by the storage.
	 */
	public function test_a_claim_reads_what_it_takes_however_many_rows_are_due(): void {
		$this->fill_ledger();
		$leases = $this->plugin->leases();

		foreach ( array( 'add', 'remove', '' ) as $n => $call ) {
			$this->set_rows( "next_call = CASE id % 3 WHEN $n THEN '$call' ELSE next_call END" );
		}

		$this->set_rows( 'next_check_at = 1 + id % 7' );
		$this->wpdb->query( "OPTIMIZE TABLE {$this->plugin->schema()->table()}" );
		$this->plugin->ledger()->is_empty();

		// The entries of what others have leased are read as well: they may have ended.
		$leased = 0;
		foreach ( Work::cases() as $work ) {
			foreach ( array( 'one', 'two', 'three' ) as $owner ) {
				$read = $this->rows_read( fn() => $this->assertCount( 100, $leases->claim_due( "$owner $work->value", 100, 60, $work ), $work->value ) );
				$this->assertLessThan( 1000 + $leased, $read, "$work->value $owner" );
				$leased += 100;
			}
		}

		// What was claimed comes free: it is found among many that are not due.
		$this->set_rows( 'next_check_at = 4000000000' );
		$this->set_rows( "lease_until = CASE lease_owner WHEN 'one all' THEN 5 ELSE lease_until END" );
		$this->set_rows( "next_check_at = CASE lease_owner WHEN 'one all' THEN 1 ELSE 4000000000 END" );
		$read = $this->rows_read( fn() => $this->assertCount( 100, $leases->claim_due( 'four', 200, 60 ) ) );
		$this->assertLessThan( 1000 + $leased, $read );
	}

	public function test_what_is_wanted_of_a_batch_costs_one_statement_and_one_for_www_names(): void {
		$this->set( array( 'enabled' => false ) );
		for ( $i = 0; $i < 20; $i++ ) {
			$this->create_site( "shop$i.example" );
		}
		$this->set( array( 'enabled' => true ) );
		$this->warm_up();
		$worker = $this->plugin->worker();
		$this->count_statements( fn() => $worker->run( 60.0, null, Work::Calls ) );

		$this->assertCount( 41, $this->changes() );
		$asked = preg_grep( "/^\(? ?SELECT blog_id, domain FROM .{$this->wpdb->blogs}/", $this->statements );
		$this->assertContains( count( $asked ), array( 1, 2 ), implode( "\n", preg_grep( '/SELECT/', $this->statements ) ) );
		$this->assert_at_most( 35 );
	}

	public function test_a_row_goes_as_far_as_it_can_under_one_claim_and_with_one_write(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->plugin->ledger()->want( 'a.example', 0, Row_Source::MANUAL );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$worker = $this->plugin->worker();
		$this->count_statements( fn() => $worker->run( 60.0 ) );

		$row = $this->row( 'a.example' );
		$this->assertTrue( $row->is_accepted() );
		$this->assertGreaterThan( 0, $row->dns_checked_at );
		$this->assertCount( 1, preg_grep( '/^UPDATE .*certificate_state/', $this->statements ) );
		$this->assertCount( 1, preg_grep( '/^SELECT .* lease_owner = .[0-9a-f]/', $this->statements ) );
		$this->assertContains( 'a.example', array_column( $this->plugin->log_table()->query( new Log_Query( domain: 'a.example' ) ), 'domain' ) );
	}

	public function test_no_page_of_the_network_admin_reads_the_whole_ledger(): void {
		$owners = array();
		for ( $i = 0; $i < self::MANY; $i++ ) {
			$owners[ "d$i.example" ] = array( 'blog_id' => 1, 'source' => Row_Source::CORE );
		}
		$this->plugin->ledger()->want_new( $owners );
		$table = $this->plugin->schema()->table();
		$this->wpdb->query(
			"UPDATE $table SET stage = CASE id % 5 WHEN 0 THEN 'failed' WHEN 1 THEN 'checking-dns' ELSE 'done' END, next_call = '', accepted_at = 1, next_check_at = next_check_at + id,
			state = CASE id % 50 WHEN 0 THEN 'owner-must-act' WHEN 1 THEN 'network-must-act' ELSE 'working' END, certificate_not_after = 4000000000 - id, blog_id = 1 + id"
		);
		// Made anew: index entries of the rows as they were count for the planner until they are purged.
		$this->wpdb->query( "OPTIMIZE TABLE $table" );
		$this->warm_up();
		wp_set_current_user( $this->create_user( 'super' ) );

		foreach ( array( '_maybe_update_core', '_maybe_update_plugins', '_maybe_update_themes', 'send_frame_options_header', 'wp_admin_headers' ) as $foreign ) {
			remove_action( 'admin_init', $foreign );
		}

		$this->count_statements(
			function (): void {
				set_current_screen( Pages::domains_screen_id() );
				ob_start();
				do_action( 'admin_init' );
				( new Menu_Bubble( $this->plugin ) )->add();
				( new Dashboard_Widget( $this->plugin ) )->show();
				$this->plugin->attention()->counts_by_site( range( 1, 20 ) );
				( new Notices( $this->plugin ) )->show();
				$screen = new Domains_Screen( $this->plugin );
				$screen->prepare();
				$screen->show();
				ob_end_clean();
				$this->plugin->leases()->count_due();
				$this->plugin->leases()->awaits_call();
				$this->plugin->worker()->run( 0.0 );
			}
		);

		$asked = array_filter( $this->statements, static fn( string $sql ): bool => str_contains( $sql, $table ) && str_starts_with( $sql, 'SELECT' ) );
		$this->assertNotSame( array(), $asked );
		foreach ( $asked as $sql ) {
			foreach ( $this->wpdb->get_results( "EXPLAIN $sql" ) as $step ) {
				$this->assertFalse( $table === $step->table && 'ALL' === $step->type, "$sql reads every row" );
			}
		}
	}

	/**
	 * Counted by the storage.
	 */
	public function test_all_pages_share_one_count_a_minute_and_read_little_else(): void {
		$this->fill_ledger();
		$this->set_rows( 'next_check_at = ' . ( time() + DAY_IN_SECONDS ) . ", next_call = CASE id % 4 WHEN 0 THEN 'add' ELSE '' END, stage = CASE id % 4 WHEN 0 THEN 'pending' ELSE stage END" );
		$this->wpdb->query( "OPTIMIZE TABLE {$this->plugin->schema()->table()}" );
		$this->warm_up();
		$this->plugin->ledger()->is_empty();
		wp_set_current_user( $this->create_user( 'super' ) );
		$view = function ( array $query ): void {
			$_GET = $query;
			$this->next_request();
			set_current_screen( Pages::domains_screen_id() );
			ob_start();
			( new Menu_Bubble( $this->plugin ) )->add();
			( new Notices( $this->plugin ) )->show();
			( new Dashboard_Widget( $this->plugin ) )->show();
			$screen = new Domains_Screen( $this->plugin );
			$screen->prepare();
			$screen->show();
			ob_end_clean();
			$this->plugin->ledger()->fix_clock_skew();
			$this->plugin->leases()->next_due();
			$this->plugin->leases()->awaits_call();
			$_GET = array();
		};
		$read = array();
		foreach ( array( array(), array( 'state' => 'working' ), array( 'stage' => 'done', 'source' => Row_Source::CORE ), array( 'orderby' => 'created_at', 'before' => Ledger_Query::END ) ) as $query ) {
			$read = array( ...$read, ...$this->rows_read_by_statement( fn() => $view( $query ) ) );
		}

		$large = array_filter( $read, static fn( array $statement ): bool => $statement[1] > 1000 );
		$this->assertCount( 1, $large, (string) wp_json_encode( $large ) );
		$this->assertStringContainsString( 'COUNT(*)', reset( $large )[0] );

		// Who changes something sees it at once.
		$this->assertSame( 3001, $this->plugin->ledger_search()->recent_counts()->total() );
		$this->plugin->domain_operations()->run( Operation::Forget, array( $this->row( 'd7.example' ) ) );
		$this->assertSame( 3000, $this->plugin->ledger_search()->recent_counts()->total() );
	}

	/** Whatever the database believes of its tables, which it has counted when they were small. */
	public function test_as_many_names_as_are_asked_for_together_are_looked_for_in_an_index(): void {
		$tables = array( $this->wpdb->blogs, $this->plugin->schema()->table() );

		foreach ( $tables as $table ) {
			$this->wpdb->query( "ALTER TABLE $table STATS_AUTO_RECALC = 0" );
			$this->wpdb->query( "ANALYZE TABLE $table" );
		}

		$domains = static fn( int $count ): array => array_map( static fn( int $n ): string => "s$n.example", range( 1, $count ) );
		$this->wpdb->query( "INSERT INTO {$this->wpdb->blogs} ( domain, path ) VALUES ( '" . implode( "', '/' ), ( '", $domains( self::MANY ) ) . "', '/' )" );
		$this->plugin->ledger()->want_new( array_fill_keys( $domains( self::MANY ), array( 'blog_id' => 0, 'source' => Row_Source::CORE ) ) );
		$this->plugin->desired_domains()->wanted( $domains( 1 ) );
		$asked  = $domains( Database::ASKED_TOGETHER );
		$wanted = $this->rows_read( fn() => $this->assertCount( count( $asked ), $this->plugin->desired_domains()->wanted( $asked ) ) );
		$found  = $this->rows_read( fn() => $this->assertCount( count( $asked ), $this->plugin->ledger()->find_all( $asked ) ) );

		foreach ( $tables as $table ) {
			$this->wpdb->query( "ALTER TABLE $table STATS_AUTO_RECALC = DEFAULT" );
		}

		$this->assertLessThan( 10 * count( $asked ), $wanted );
		$this->assertLessThan( 10 * count( $asked ), $found );
	}

	/** @return list<array{string, int}> Statements, and the rows that the storage reads for each. */
	private function rows_read_by_statement( callable $task ): array {
		$statements = array();
		$is_asking  = false;
		$before     = 0;
		$read       = fn(): int => array_sum( array_column( $this->wpdb->get_results( "SHOW SESSION STATUS LIKE 'Handler_read%'", ARRAY_A ), 'Value' ) );
		$note       = static function ( string $sql ) use ( &$statements, &$is_asking, &$before, $read ): string {
			if ( ! $is_asking ) {
				$is_asking = true;
				array() === $statements || $statements[ array_key_last( $statements ) ][1] = $read() - $before;
				$statements[] = array( $sql, 0 );
				$before       = $read();
				$is_asking    = false;
			}

			return $sql;
		};

		add_filter( 'query', $note );
		$task();
		$this->wpdb->query( 'SELECT 1' );
		remove_filter( 'query', $note );

		return $statements;
	}

	/**
	 * Counted by the storage: what it reads for a page, whatever the planner says.
	 */
	public function test_a_page_of_the_list_costs_the_same_wherever_it_is_and_however_it_is_sorted(): void {
		$this->fill_ledger();
		$search = $this->plugin->ledger_search();
		$asked  = array(
			'trouble first'   => array( 'orderby' => 'state' ),
			'trouble last'    => array( 'orderby' => 'state', 'order' => 'desc' ),
			'domain'          => array( 'orderby' => 'domain' ),
			'site'            => array( 'orderby' => 'blog_id' ),
			'since'           => array( 'orderby' => 'state_since', 'order' => 'desc' ),
			'next check'      => array( 'orderby' => 'next_check_at' ),
			'recorded'        => array( 'orderby' => 'created_at', 'order' => 'desc' ),
			'id'              => array( 'orderby' => 'id' ),
			'a state'         => array( 'orderby' => 'state', 'state' => State::Working ),
			'a state, since'  => array( 'orderby' => 'state_since', 'state' => State::Working ),
			'a stage'         => array( 'orderby' => 'state', 'stage' => Stage::Done ),
			'a source'        => array( 'orderby' => 'state', 'source' => Row_Source::CORE ),
			'a site'          => array( 'orderby' => 'state', 'blog_id' => 3 ),
			'what many match' => array( 'orderby' => 'state', 'search' => 'example' ),
		);

		foreach ( $asked as $name => $query ) {
			foreach ( array( array(), array( 'before' => Ledger_Query::END ), array( 'after' => $this->middle( $query ) ) ) as $where ) {
				$query = new Ledger_Query( ...$query, ...$where, per_page: 20 );
				$read  = $this->rows_read( fn() => $this->assertNotEmpty( $search->page( $query )->rows, $name ) );
				$this->assertLessThan( 600, $read, "$name, " . wp_json_encode( $where ) );
				$query = $asked[ $name ];
			}
		}
	}

	public function test_a_search_that_finds_little_reads_the_names_in_an_index_and_not_the_rows(): void {
		$this->fill_ledger();
		$search = $this->plugin->ledger_search();

		foreach ( array( 'state', 'domain', 'blog_id', 'state_since', 'next_check_at', 'created_at' ) as $orderby ) {
			$query = new Ledger_Query( search: 'd77.', sites: array( 100, 101 ), orderby: $orderby, per_page: 20 );
			$this->count_statements( fn() => $this->assertNotEmpty( $search->page( $query )->rows ) );
			$this->count_statements_more( fn() => $search->count( $query ) );

			foreach ( preg_grep( '/^SELECT \*/', $this->statements, PREG_GREP_INVERT ) as $sql ) {
				foreach ( $this->wpdb->get_results( "EXPLAIN $sql" ) as $step ) {
					$this->assertStringContainsString( 'Using index', (string) $step->Extra, "$orderby: $sql" );
				}
			}
		}
	}

	public function test_the_sites_of_a_page_cost_two_statements(): void {
		$first = 1 + (int) $this->wpdb->get_var( "SELECT MAX( blog_id ) FROM {$this->wpdb->blogs}" );
		for ( $i = 0; $i < 20; $i++ ) {
			$site = $first + $i;
			$this->wpdb->insert( $this->wpdb->blogs, array( 'blog_id' => $site, 'domain' => "shop-$i.example", 'path' => '/' ) );
			add_site_meta( $site, Site_Titles::KEY, "Shop $i" );
			$this->plugin->ledger()->want( "shop-$i.example", $site, Row_Source::CORE );
		}

		$this->set_rows( 'next_check_at = ' . ( time() + HOUR_IN_SECONDS ) );
		$ids = $this->wpdb->get_col( "SELECT id FROM {$this->plugin->schema()->table()} WHERE blog_id >= $first" );
		wp_set_current_user( $this->create_user( 'super' ) );
		$this->warm_up();
		$this->count_statements(
			function () use ( $ids ): void {
				$answer = ( new Domains_Poll( $this->plugin ) )->answer( array_map( intval( ... ), $ids ), '' );

				$this->assertStringContainsString( '>Shop 0</a>', implode( '', $answer['rows'] ) );
				$this->assertStringContainsString( '>Shop 19</a>', implode( '', $answer['rows'] ) );
			}
		);

		$of_sites = preg_grep( "/FROM .?({$this->wpdb->blogs}|{$this->wpdb->blogmeta}|{$this->wpdb->base_prefix}\d+_options)\b/", $this->statements );
		$this->assertCount( 2, $of_sites, implode( "\n", $of_sites ) );
		$this->assert_at_most( 25 );
	}

	public function test_owners_who_are_to_be_told_are_found_among_many_who_were(): void {
		$this->fill_ledger();
		$this->set_rows( "state = 'owner-must-act', blog_id = 1, told_blog_id = 1" );
		$this->set_rows( 'told_blog_id = 0', 'd7.example' );
		$this->wpdb->query( "OPTIMIZE TABLE {$this->plugin->schema()->table()}" );
		// The first statement after that reads what is known of the indexes.
		$this->plugin->ledger()->is_empty();
		$owners = new Notified_Owners( $this->wpdb );

		$read = $this->rows_read( fn() => $this->assertCount( 1, $owners->untold_sites( time(), time(), array(), 20 ) ) );
		$this->assertLessThan( 100, $read );
	}

	/** A ledger whose whole reading would be felt, with pairs that are alike and pairs that are not. */
	private function fill_ledger(): void {
		$owners = array();

		for ( $i = 0; $i < self::MANY / 2; $i++ ) {
			$owners[ "d$i.example" ]     = array( 'blog_id' => 1, 'source' => Row_Source::CORE );
			$owners[ "www.d$i.example" ] = array( 'blog_id' => 1, 'source' => Row_Source::WWW );
		}

		$table = $this->plugin->schema()->table();
		$this->plugin->ledger()->want_new( $owners );
		$this->wpdb->query(
			"UPDATE $table SET stage = CASE id % 5 WHEN 0 THEN 'failed' WHEN 1 THEN 'checking-dns' ELSE 'done' END, next_call = '',
			state = CASE id % 50 WHEN 0 THEN 'owner-must-act' WHEN 1 THEN 'network-must-act' WHEN 3 THEN 'waiting' ELSE 'working' END,
			next_check_at = next_check_at + id, state_since = 1000 + id % 7, created_at = 2000 + id % 3, blog_id = 1 + id % 5"
		);
		$this->wpdb->query( "OPTIMIZE TABLE $table" );
		$this->warm_up();
		$this->plugin->ledger();
	}

	/**
	 * The cursor of a row amid those that are asked for.
	 *
	 * @param array<string, mixed> $query
	 */
	private function middle( array $query ): string {
		return $this->plugin->ledger_search()->page( new Ledger_Query( ...$query, per_page: 200 ) )->next;
	}

	/** How many rows, or entries of an index, the storage reads. */
	private function rows_read( callable $task ): int {
		$read   = fn(): int => array_sum( array_column( $this->wpdb->get_results( "SHOW SESSION STATUS LIKE 'Handler_read%'", ARRAY_A ), 'Value' ) );
		$before = $read();
		$task();

		return $read() - $before;
	}

	private function count_statements_more( callable $task ): void {
		$so_far = $this->statements;
		$this->count_statements( $task );
		$this->statements = array( ...$so_far, ...$this->statements );
	}

	public function test_what_needs_somebody_costs_a_page_one_statement(): void {
		$this->plugin->ledger()->want( 'a.example', 0, Row_Source::MANUAL );
		$this->set_rows( "state = 'owner-must-act'" );
		$this->warm_up();
		wp_set_current_user( $this->create_user( 'super' ) );
		$this->plugin->attention();
		$this->count_statements(
			function (): void {
				set_current_screen( 'users-network' );
				( new Menu_Bubble( $this->plugin ) )->add();
				ob_start();
				( new Notices( $this->plugin ) )->show();
				ob_end_clean();
			}
		);

		$this->assertCount( 1, preg_grep( '/' . $this->plugin->schema()->table() . '/', $this->statements ), implode( "\n", $this->statements ) );
	}

	/** WordPress has read what it reads before a request is the plugin's. */
	private function warm_up(): void {
		$this->next_request();
		wp_load_alloptions();
		wp_load_core_site_options();
		get_main_site_id( get_main_network_id() );
	}

	private function count_statements( callable $task ): void {
		$this->statements = array();
		$own              = dirname( ( new \ReflectionClass( \ClosteSync\Container::class ) )->getFileName() );
		$count            = function ( string $sql ) use ( $own ): string {
			foreach ( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ) as $frame ) {
				if ( str_starts_with( $frame['file'] ?? '', $own ) ) {
					$this->statements[] = trim( (string) preg_replace( '/\s+/', ' ', $sql ) );
					break;
				}
			}

			return $sql;
		};

		add_filter( 'query', $count );
		$task();
		remove_filter( 'query', $count );
	}

	private function assert_at_most( int $most ): void {
		$this->assertLessThanOrEqual( $most, count( $this->statements ), implode( "\n", array_map( static fn( string $sql ): string => substr( $sql, 0, 200 ), $this->statements ) ) );
	}
}
