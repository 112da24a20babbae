<?php
/**
 * How many SQL statements of ours a page of the network admin costs, and what the database reads for them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Dashboard\Dashboard_Widget;
use ClosteSync\Admin\Dashboard\Menu_Bubble;
use ClosteSync\Admin\Domains\Domains_Poll;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Log\Log_Screen;
use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Domains\Site_Titles;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Page;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Log\Action;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Entry;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;
use ClosteSync\Operations\Operation;

require_once __DIR__ . '/class-statement-test-case.php';

final class Page_Statements_Test extends Statement_Test_Case {

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
			$this->plugin->ledger()->schedule()->fix_clock_skew();
			$this->plugin->leases()->next_due();
			$this->plugin->leases()->awaits_call();
			$_GET = array();
		};
		$read = array();
		foreach ( array( array(), array( 'state' => 'working' ), array( 'stage' => 'done', 'source' => Row_Source::CORE ), array( 'orderby' => 'created_at', 'before' => Page::END ) ) as $query ) {
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

	public function test_all_pages_of_the_log_share_one_count_a_minute_and_read_little_else(): void {
		$entry = static fn( int $n ): Entry => new Entry( 0, time(), 'd' . $n % 50 . '.example', 1, $n % 9 ? Action::Add : Action::Check, $n % 700 ? Outcome::Added : Outcome::Failed, Reason::Run, '', Actor::Cron, 0, "message $n" );
		foreach ( array_chunk( array_map( $entry, range( 1, self::MANY ) ), 500 ) as $entries ) {
			$this->plugin->log_table()->insert( $entries );
		}

		$this->wpdb->query( "OPTIMIZE TABLE {$this->plugin->schema()->log_table()}" );
		wp_set_current_user( $this->create_user( 'super' ) );
		$middle = $this->plugin->log_table()->page( new Log_Query( per_page: self::MANY / 2 ) )->next;
		$read   = array();
		$asked  = array(
			array(),
			array( 'after' => $middle ),
			array( 'before' => $middle ),
			array( 'before' => Page::END ),
			array( 'order' => 'asc' ),
			array( 'outcome' => 'failed' ),
			array( 'outcome' => Outcome::PROBLEMS, 'before' => Page::END ),
			array( 'did' => 'check', 'order' => 'asc', 'after' => $middle ),
			array( 'did' => 'mail', 'outcome' => 'failed' ),
			array( 'domain' => 'd7.example' ),
		);

		foreach ( $asked as $query ) {
			$read = array( ...$read, ...$this->rows_read_by_statement( fn() => $this->view_log( $query ) ) );
		}

		$large = array_filter( $read, static fn( array $statement ): bool => $statement[1] > 1000 );
		$this->assertCount( 1, $large, (string) wp_json_encode( $large ) );
		$this->assertStringContainsString( 'COUNT(*)', reset( $large )[0] );
	}

	/** @param array<string, string> $query */
	private function view_log( array $query ): void {
		$_GET = $query;
		$this->next_request();
		set_current_screen( Pages::log_screen_id() );
		$screen = new Log_Screen( $this->plugin );
		$screen->prepare();
		ob_start();
		$screen->show();
		ob_end_clean();
		$_GET = array();
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
			foreach ( array( array(), array( 'before' => Page::END ), array( 'after' => $this->middle( $query ) ) ) as $where ) {
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

	/**
	 * The cursor of a row amid those that are asked for.
	 *
	 * @param array<string, mixed> $query
	 */
	private function middle( array $query ): string {
		return $this->plugin->ledger_search()->page( new Ledger_Query( ...$query, per_page: 200 ) )->next;
	}
}
