<?php
/**
 * When domains are removed, and which.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use Mercator\Mapping;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Removals_Test extends Plugin_Test_Case {

	public static function setUpBeforeClass(): void {
		require_once dirname( __DIR__ ) . '/support/doubles/mercator/class-mapping.php';
	}

	protected function setUp(): void {
		parent::setUp();
		Mapping::install();
		$this->set( array( 'www' => 'always' ) );
	}

	/**
	 * Two sites with domains of their own that are at Closte, and nothing in its journal.
	 *
	 * @return list<int>
	 */
	private function two_sites(): array {
		$ids = array( $this->create_site( 'one.example' ), $this->create_site( 'two.example' ) );
		$this->begin();

		return $ids;
	}

	private function begin(): void {
		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
	}

	/** @param list<string> $but Domains that may come and go. */
	private function assert_nothing_was_called_for( array $but = array() ): void {
		$changes = array_filter( $this->changes(), static fn( string $change ): bool => ! in_array( (string) preg_replace( '/^\w+ (www\.)?/', '', $change ), $but, true ) );
		$this->assertSame( array(), array_values( $changes ) );
	}

	public function test_sites_that_swap_domains_keep_both_aliases(): void {
		list( $one, $two ) = $this->two_sites();
		wp_update_site( $one, array( 'domain' => 'between.example' ) );
		wp_update_site( $two, array( 'domain' => 'one.example' ) );
		wp_update_site( $one, array( 'domain' => 'two.example' ) );
		$this->assertContains( 'add between.example', $this->changes(), 'Additions do not wait.' );
		$this->next_request();

		$this->assert_nothing_was_called_for( array( 'between.example' ) );
		$this->assertSame( array( 'one.example', 'two.example', 'www.one.example', 'www.two.example' ), $this->emulator->domains() );
		$this->assertSame( array( $two, $one ), array( $this->row( 'one.example' )->blog_id, $this->row( 'two.example' )->blog_id ) );
		foreach ( $this->plugin->ledger()->all() as $row ) {
			$this->assertTrue( $row->is_accepted() );
			$this->assertFalse( $row->needs_confirmation );
		}
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assert_nothing_was_called_for( array( 'between.example' ) );
	}

	public function test_the_row_of_a_domain_goes_to_the_site_that_still_has_it(): void {
		$one = $this->create_site( 'one.example' );
		$two = $this->create_site( 'one.example', '/shop/' );
		$this->begin();
		$this->assertSame( $two, $this->row( 'one.example' )->blog_id, 'It tells of it last.' );
		wp_delete_site( $two );
		$this->next_request();

		$this->assertSame( array( $one, $one ), array( $this->row( 'one.example' )->blog_id, $this->row( 'www.one.example' )->blog_id ) );
		$this->assertTrue( $this->row( 'one.example' )->is_accepted() );
		$this->assertFalse( $this->row( 'one.example' )->needs_confirmation );
		$this->assertSame( array( 'one.example', 'www.one.example' ), $this->emulator->domains() );
		$this->assert_nothing_was_called_for();
	}

	/** @dataProvider processes */
	public function test_a_swap_in_a_process_of_its_own_keeps_both_aliases( string $end, string $begin = '' ): void {
		list( $one, $two ) = $this->two_sites();
		$process           = $this->start_php( "$begin wp_update_site( $one, array( 'domain' => 'between.example' ) ); wp_update_site( $two, array( 'domain' => 'one.example' ) ); wp_update_site( $one, array( 'domain' => 'two.example' ) ); echo 'swapped'; $end" );
		$process->wait();
		$this->assertStringContainsString( 'swapped', $process->output() );

		$this->assert_nothing_was_called_for( array( 'between.example' ) );
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assert_nothing_was_called_for( array( 'between.example' ) );
		$this->assertSame( array( 'one.example', 'two.example', 'www.one.example', 'www.two.example' ), $this->emulator->domains() );
	}

	/** @return array<string, array{string, 1?: string}> */
	public function processes(): array {
		return array(
			'that ends'                  => array( '' ),
			'that exits'                 => array( 'exit;' ),
			'that dies'                  => array( 'wp_die( "enough" );' ),
			'that ends with an error'    => array( 'no_such_function();' ),
			'that is killed'             => array( 'posix_kill( getmypid(), SIGKILL );' ),
			'of WP-Cron'                 => array( '', 'define( "DOING_CRON", true );' ),
		);
	}

	/** @dataProvider ends */
	public function test_a_removal_is_made_when_the_request_ends_however_it_ends( string $end, bool $at_once ): void {
		$id      = $this->create_site( 'customer.example' );
		$process = $this->start_php( "wp_delete_site( $id ); $end" );
		$process->wait();
		$this->next_request();

		$this->assertSame( $at_once ? array() : array( 'customer.example', 'www.customer.example' ), $this->emulator->domains(), $process->output() );
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	/** @return array<string, array{string, bool}> Whether it may be removed before the next run. */
	public function ends(): array {
		return array(
			'by itself'         => array( '', true ),
			'exit'              => array( 'exit;', true ),
			'wp_die'            => array( 'wp_die( "enough" );', true ),
			'a fatal error'     => array( 'no_such_function();', false ),
			'a kill'            => array( 'posix_kill( getmypid(), SIGKILL );', false ),
		);
	}

	public function test_what_is_lost_while_wordpress_shuts_down_is_removed_then(): void {
		$id      = $this->create_site( 'customer.example' );
		$process = $this->start_php( "add_action( 'shutdown', fn() => wp_delete_site( $id ), 99 );" );
		$this->assertSame( 0, $process->wait(), $process->output() );

		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_a_run_in_the_middle_of_a_swap_removes_nothing(): void {
		list( $one, $two ) = $this->two_sites();
		$this->let_time_pass( DAY_IN_SECONDS );
		wp_update_site( $one, array( 'domain' => 'between.example' ) );
		$process = $this->start_php( 'do_action( "closte_sync_run" );' );
		$this->assertSame( 0, $process->wait(), $process->output() );
		wp_update_site( $two, array( 'domain' => 'one.example' ) );
		$process = $this->start_php( 'do_action( "closte_sync_run" );' );
		$this->assertSame( 0, $process->wait(), $process->output() );
		wp_update_site( $one, array( 'domain' => 'two.example' ) );
		$this->next_request();

		$this->assert_nothing_was_called_for( array( 'between.example' ) );
	}

	public function test_mappings_that_swap_domains_keep_both_aliases(): void {
		$mappings = array( Mapping::create( $this->create_site( 'a' ), 'one.example' ), Mapping::create( $this->create_site( 'b' ), 'two.example' ) );
		$this->begin();
		$mappings[0]->set_domain( 'between.example' );
		$mappings[1]->set_domain( 'one.example' );
		$mappings[0]->set_domain( 'two.example' );
		$this->next_request();

		$this->assert_nothing_was_called_for( array( 'between.example' ) );
		$this->assertNull( $this->row( 'between.example' ) );
	}

	public function test_a_mapping_that_is_made_anew_for_another_site_costs_no_call(): void {
		$mapping = Mapping::create( $this->create_site( 'a' ), 'one.example' );
		$other   = $this->create_site( 'b' );
		$this->begin();
		$mapping->delete();
		Mapping::create( $other, 'one.example' );
		$this->next_request();

		$this->assert_nothing_was_called_for();
		$this->assertSame( $other, $this->row( 'one.example' )->blog_id );
	}

	public function test_a_site_that_is_made_anew_costs_no_call(): void {
		list( $one ) = $this->two_sites();
		wp_delete_site( $one );
		$id = $this->create_site( 'one.example' );
		$this->next_request();

		$this->assert_nothing_was_called_for();
		$this->assertSame( $id, $this->row( 'one.example' )->blog_id );
	}

	public function test_a_domain_that_goes_from_a_site_to_a_mapping_and_back_costs_no_call(): void {
		list( $one, $two ) = $this->two_sites();
		wp_update_site( $one, array( 'domain' => 'between.example' ) );
		$mapping = Mapping::create( $two, 'one.example' );
		$this->next_request();
		$mapping->delete();
		wp_update_site( $one, array( 'domain' => 'one.example' ) );
		$this->next_request();

		$this->assert_nothing_was_called_for( array( 'between.example' ) );
	}

	public function test_what_is_removed_at_the_end_has_the_reason_and_the_actor_of_its_event(): void {
		$user = $this->create_user( 'super' );
		wp_set_current_user( $user );
		$deleted = $this->create_site( 'deleted.example' );
		$moved   = $this->create_site( 'moved.example' );
		$mapping = Mapping::create( 1, 'mapped.example' );
		$this->next_request();
		wp_delete_site( $deleted );
		wp_update_site( $moved, array( 'domain' => 'elsewhere.example' ) );
		$mapping->delete();
		wp_set_current_user( 0 );
		$this->next_request();

		$said = array();
		foreach ( $this->plugin->log_table()->query( new \ClosteSync\Log\Log_Query( per_page: null ) ) as $entry ) {
			if ( \ClosteSync\Log\Action::Remove === $entry->action ) {
				$said[ $entry->domain ] = "{$entry->outcome->value} {$entry->reason->value} {$entry->actor->value} $entry->user_id";
			}
		}
		ksort( $said );
		$this->assertSame(
			array(
				'deleted.example'     => "removed site-deleted user $user",
				'mapped.example'      => "removed unmapped user $user",
				'moved.example'       => "removed site-changed user $user",
				'www.deleted.example' => "removed site-deleted user $user",
				'www.mapped.example'  => "removed unmapped user $user",
				'www.moved.example'   => "removed site-changed user $user",
			),
			$said
		);
	}

	public function test_who_removes_by_hand_sees_at_once_what_came_of_it(): void {
		$this->plugin->sync()->domain_added( '*.wild.example', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_removed( '*.wild.example', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'add *.wild.example', 'delete *.wild.example' ), $this->changes() );
	}

	/** @dataProvider losses */
	public function test_a_name_without_a_row_is_never_removed( callable $lose, string ...$foreign ): void {
		$this->emulator->set_domains( $foreign );
		$lose( $this );
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array(), array_intersect( array_map( static fn( string $domain ): string => "delete $domain", $foreign ), $this->changes() ) );
		$this->assertSame( array(), array_diff( $foreign, $this->emulator->domains() ) );
		foreach ( $this->plugin->ledger()->all() as $row ) {
			$this->assertNotContains( $row->domain, $foreign );
		}
	}

	/** @return array<string, array{callable(self): mixed, string}> */
	public function losses(): array {
		$mapping = static fn( int $site, string $domain ): Mapping => new Mapping( 4711, $site, $domain );

		return array(
			'a site that nobody heard of'      => array(
				static function ( self $test ): void {
					$id = $test->create_site( 'heard.example' );
					$test->wpdb->update( $test->wpdb->blogs, array( 'domain' => 'foreign.example' ), array( 'blog_id' => $id ) );
					clean_blog_cache( $id );
					$test->next_request();
					wp_delete_site( $id );
				},
				'foreign.example',
				'www.foreign.example',
			),
			'a mapping of a living site'       => array( static fn() => do_action( 'mercator.mapping.deleted', $mapping( 1, 'foreign.example' ) ), 'foreign.example', 'www.foreign.example' ),
			'a mapping of no site'             => array( static fn() => do_action( 'mercator.mapping.updated', new Mapping( 1, 1, 'other.example' ), $mapping( 1, 'foreign.example' ) ), 'foreign.example', 'www.foreign.example' ),
			'the www name alone'               => array( static fn() => do_action( 'mercator.mapping.deleted', $mapping( 1, 'www.foreign.example' ) ), 'foreign.example', 'www.foreign.example' ),
			'a wildcard'                       => array( static fn() => do_action( 'mercator.mapping.deleted', $mapping( 1, '*.foreign.example' ) ), '*.foreign.example' ),
			'what Ultimate Multisite removed'  => array( static fn() => do_action( 'wu_domain_removed', 'foreign.example', 1 ), 'foreign.example' ),
			'what it queued'                   => array( static fn() => do_action( 'wu_remove_domain', 'foreign.example', 1 ), 'foreign.example' ),
			'a record that was renamed'        => array( static fn() => do_action( 'wu_transition_domain_domain', 'foreign.example', 'new.example', 4711 ), 'foreign.example' ),
			'a mapping of a site that is none' => array( static fn() => do_action( 'mercator.mapping.created', self::mapping_of_no_site() ), 'foreign.example', 'www.foreign.example' ),
		);
	}

	public function test_a_row_that_was_never_sent_is_forgotten_without_a_call(): void {
		$this->emulator->set_domains( array( 'customer.example', 'www.customer.example' ) );
		$this->set( array( 'enabled' => false ) );
		$id = $this->create_site( 'customer.example' );
		$this->next_request();
		wp_delete_site( $id );
		$this->next_request();
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );

		$this->set( array( 'enabled' => true ) );
		$this->run_due();
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_a_row_whose_call_may_have_landed_is_removed(): void {
		$this->emulator->fault( array( 'kind' => 'reset-after', 'path' => '/adddomainalias' ) );
		$id = $this->create_site( 'customer.example' );
		$this->next_request();
		$this->emulator->fault();
		delete_network_option( get_main_network_id(), 'closte_sync_unreachable' );
		wp_delete_site( $id );
		$this->next_request();

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_a_row_whose_call_is_under_way_is_not_forgotten(): void {
		$id   = $this->create_site( 'shop' );
		$row  = $this->row( $this->sub( 'shop' ) );
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET stage = 'pending', next_call = 'add', accepted_at = 0, next_check_at = 1" );
		$this->plugin->leases()->claim( $row->id, 'another request', 30 );
		$this->next_request();
		wp_delete_site( $id );
		$this->next_request();

		$this->assertSame( Wanted::Absent, $this->row( $this->sub( 'shop' ) )->wanted );
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_what_others_have_at_closte_stays_also_where_another_request_has_claimed_its_row(): void {
		$this->emulator->set_domains( array( 'foreign.example' ) );
		$this->plugin->ledger()->want( 'foreign.example', 9999, 'mercator' );
		$claimed = $this->plugin->leases()->claim( $this->row( 'foreign.example' )->id, 'another request', 30 );
		do_action( 'mercator.mapping.deleted', self::mapping_of_no_site() );
		$this->next_request();
		$this->plugin->leases()->release( array( $claimed ) );
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assert_nothing_was_called_for();
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_a_mapping_without_a_site_has_at_no_time_a_row_that_a_run_could_claim(): void {
		$this->assertSame( 0, $this->rows_during( "lease_owner <> '' OR next_check_at <= " . time(), static fn() => do_action( 'mercator.mapping.created', self::mapping_of_no_site() ) ) );
		$this->assert_nothing_was_called_for();
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_a_mapping_whose_site_is_deleted_meanwhile_has_at_no_time_a_row_that_a_run_could_claim(): void {
		$site = $this->create_site( 'shop' );
		$this->begin();
		get_site( $site );
		$this->wpdb->delete( $this->wpdb->blogs, array( 'blog_id' => $site ) );
		$this->assertSame( 0, $this->rows_during( "lease_owner = '' AND domain = 'foreign.example' AND next_check_at <= " . time(), static fn() => do_action( 'mercator.mapping.created', self::mapping_of( $site ) ) ) );
		$this->assert_nothing_was_called_for( array( $this->sub( 'shop' ) ) );
	}

	/** The most rows for which a condition holds at any statement of an event and of what it leaves to the request's end. */
	private function rows_during( string $condition, callable $event ): int {
		$most  = 0;
		$looks = false;
		$look  = function ( string $sql ) use ( $condition, &$most, &$looks ): string {
			if ( ! $looks ) {
				$looks = true;
				$most  = max( $most, (int) $this->wpdb->get_var( "SELECT COUNT(*) FROM {$this->wpdb->base_prefix}closte_sync_domains WHERE $condition" ) );
				$looks = false;
			}
			return $sql;
		};
		add_filter( 'query', $look );
		$event();
		$this->next_request();
		remove_filter( 'query', $look );

		return $most;
	}

	public function test_who_wants_a_domain_between_the_question_and_the_answer_keeps_it(): void {
		$id = $this->create_site( 'shop' );
		$this->begin();
		wp_delete_site( $id );
		$is_back = false;
		add_filter(
			'query',
			function ( string $sql ) use ( &$is_back ): string {
				if ( ! $is_back && 1 === preg_match( "/^UPDATE .*closte_sync_domains.*wanted = 'absent'/s", $sql ) ) {
					$is_back = true;
					$this->wpdb->query( "INSERT INTO {$this->wpdb->blogs} ( site_id, domain, path, registered, last_updated ) VALUES ( 1, '{$this->sub( 'shop' )}', '/', '2026-01-01', '2026-01-01' )" );
					( new \ClosteSync\Ledger\Ledger( $this->wpdb ) )->want( $this->sub( 'shop' ), 77, Row_Source::CORE );
				}
				return $sql;
			}
		);
		$this->next_request();

		$this->assertTrue( $is_back );
		$this->assert_nothing_was_called_for();
		$this->assertTrue( $this->row( $this->sub( 'shop' ) )->is_accepted() );
	}

	private static function mapping_of_no_site(): object {
		return self::mapping_of( 9999 );
	}

	private static function mapping_of( int $site ): object {
		return new class( $site ) {
			public function __construct( private readonly int $site ) {}

			public function get_domain(): string {
				return 'foreign.example';
			}

			public function get_site_id(): int {
				return $this->site;
			}
		};
	}
}
