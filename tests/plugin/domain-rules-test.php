<?php
/**
 * www names, subdomains of the network, and wildcards.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Settings\Send_Plan;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sources\Mercator\Mercator;
use ClosteSync\Sync\Scheduler;
use ClosteSync\Sync\Wanted_Domains;
use ClosteSync\Sync\Wildcard_Removal;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Domain_Rules_Test extends Plugin_Test_Case {

	/** @dataProvider www */
	public function test_www_handling( string $setting, array $expected ): void {
		$this->set( array( 'www' => $setting ) );
		foreach ( array( 'apex.example', 'shop.deep.example', 'www.own.example', '*.wild.example', $this->sub( 'shop' ) ) as $domain ) {
			$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );
		}

		$this->assertSame( $expected, array_values( array_filter( $this->emulator->domains(), static fn( string $domain ): bool => str_starts_with( $domain, 'www.' ) ) ) );
		$this->assertContains( '*.wild.example', $this->emulator->domains() );
	}

	/** @return array<string, array{string, list<string>}> */
	public function www(): array {
		return array(
			'always'    => array( 'always', array( 'www.apex.example', 'www.own.example', 'www.shop.deep.example' ) ),
			'main_only' => array( 'main_only', array( 'www.apex.example', 'www.own.example' ) ),
			'never'     => array( 'never', array( 'www.own.example' ) ),
		);
	}

	public function test_a_www_that_was_added_with_its_domain_goes_with_it_whatever_the_setting_is_then(): void {
		$id = $this->create_site( 'customer.example' );
		$this->set( array( 'www' => 'never' ) );
		$this->next_request();
		wp_delete_site( $id );
		$this->end_request();

		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_a_www_that_has_a_site_of_its_own_stays(): void {
		$bare = $this->create_site( 'customer.example' );
		$this->create_site( 'www.customer.example' );
		wp_delete_site( $bare );
		$this->end_request();

		$this->assertSame( array( 'www.customer.example' ), $this->emulator->domains() );
	}

	/** @dataProvider subdomains */
	public function test_subdomain_handling( string $setting, bool $wildcard, bool $expected ): void {
		$this->set( array( 'subdomains' => $setting ) );

		if ( $wildcard ) {
			$this->plugin->sync()->domain_added( $this->sub( '*' ), 0, Row_Source::MANUAL );
		}

		$id = $this->create_site( 'shop' );
		$this->assertSame( $expected, in_array( $this->sub( 'shop' ), $this->emulator->domains(), true ) );

		wp_delete_site( $id );
		$this->end_request();
		$this->assertSame( $wildcard ? array( $this->sub( '*' ) ) : array(), $this->emulator->domains() );
		$this->assertCount( (int) $expected, $this->emulator->journal( '/deletedomainalias' ) );
	}

	/** @return array<string, array{string, bool, bool}> */
	public function subdomains(): array {
		return array(
			'auto'                => array( 'auto', false, true ),
			'auto, with wildcard' => array( 'auto', true, false ),
			'always'              => array( 'always', true, true ),
			'never'               => array( 'never', false, false ),
		);
	}

	public function test_a_wildcard_that_closte_has_not_accepted_covers_nothing(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => $this->sub( '*' ), 'path' => '/adddomainalias' ) );
		$this->plugin->sync()->domain_added( $this->sub( '*' ), 0, Row_Source::MANUAL );
		$this->create_site( 'shop' );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_wildcard_goes_after_the_sites_that_it_covers_have_aliases_of_their_own(): void {
		$this->wildcard_with_sites( 'shop', 'blog' );
		$this->plugin->domain_operations()->remove( array( $this->row( $this->sub( '*' ) ) ) );
		$this->assertSame( array(), $this->changes(), 'Nothing is taken off the web.' );
		$this->assertSame( 'removing', $this->stage( $this->sub( '*' ) ) );
		$this->assertSame( 'It is removed from Closte once the subdomains that it covers are added.', Advice::of( $this->row( $this->sub( '*' ) ) )->next );
		$this->assertLessThanOrEqual( time(), wp_next_scheduled( Scheduler::DAILY ) );

		$this->run_due();
		$added = array( 'add ' . $this->sub( 'shop' ), 'add ' . $this->sub( 'blog' ) );
		$this->assertEqualsCanonicalizing( $added, $this->changes(), 'A run alone sends them: no comparison is needed.' );

		$this->let_time_pass( 60 );
		$this->run_due();
		$this->assertSame( 'delete ' . $this->sub( '*' ), $this->changes()[2] ?? null );
		$this->assertSame( array( $this->sub( 'blog' ), $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertNull( $this->row( $this->sub( '*' ) ) );
	}

	public function test_a_wildcard_stays_while_closte_does_not_take_what_it_covers(): void {
		$this->wildcard_with_sites( 'shop' );
		$this->emulator->fault( array( 'kind' => '500', 'domain' => $this->sub( 'shop' ), 'path' => '/adddomainalias' ) );
		$this->plugin->domain_operations()->remove( array( $this->row( $this->sub( '*' ) ) ) );

		for ( $run = 0; $run < 3; $run++ ) {
			$this->run_due();
			$this->let_time_pass( 3600 );
		}

		$this->assertContains( $this->sub( '*' ), $this->emulator->domains() );
		$this->set_rows( 'attempts = 10', $this->sub( 'shop' ) );
		$this->run_due();
		$this->assertNotContains( $this->sub( '*' ), $this->emulator->domains(), 'One name holds it up for no more than ten tries.' );
	}

	public function test_a_wildcard_goes_although_closte_refuses_what_it_covers(): void {
		$this->wildcard_with_sites( 'shop' );
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => $this->sub( 'shop' ), 'path' => '/adddomainalias' ) );
		$this->plugin->domain_operations()->remove( array( $this->row( $this->sub( '*' ) ) ) );
		$this->run_due();
		$this->assertContains( $this->sub( '*' ), $this->emulator->domains() );
		$this->let_time_pass( 60 );
		$this->run_due();

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 'failed', $this->stage( $this->sub( 'shop' ) ) );
	}

	public function test_a_wildcard_goes_however_long_it_takes_to_read_what_it_covers(): void {
		$this->wildcard_with_sites( 'shop', 'blog' );
		$wildcard = $this->plugin->ledger()->unwant( $this->sub( '*' ), 0, Row_Source::MANUAL );
		$removal  = new Wildcard_Removal(
			$this->plugin->ledger(),
			$this->plugin->leases(),
			new Wanted_Domains( $this->plugin->ledger(), $this->plugin->desired_domains(), $this->plugin->domain_rules() ),
			writing_seconds: 0.0
		);
		$this->assertFalse( $removal->may_go( $wildcard ), 'Rows were written.' );
		$this->set_rows( "stage = 'checking-dns', next_call = ''", $this->sub( 'shop' ) );
		$this->set_rows( "stage = 'checking-dns', next_call = ''", $this->sub( 'blog' ) );

		$this->assertTrue( $removal->may_go( $wildcard ), 'All were there, and reading them took longer than writing may.' );
	}

	public function test_the_removal_of_a_wildcard_survives_a_kill(): void {
		$this->wildcard_with_sites( 'shop' );
		$this->plugin->ledger()->unwant( $this->sub( '*' ), 0, Row_Source::MANUAL );
		$process = $this->start_php( 'add_action( "closte_sync_domains_deferred", fn() => posix_kill( getmypid(), SIGKILL ) ); do_action( "closte_sync_run" );' );
		$process->wait();
		$this->assertSame( array(), $this->changes(), $process->output() );

		for ( $run = 0; $run < 3; $run++ ) {
			$this->let_time_pass( 120 );
			$this->run_due();
		}

		$this->assertSame( array( 'add ' . $this->sub( 'shop' ), 'delete ' . $this->sub( '*' ) ), $this->changes() );
	}

	/** A wildcard by hand, sites that it covers, and nothing in the journal of Closte. */
	private function wildcard_with_sites( string ...$labels ): void {
		$this->set( array( 'www' => 'never' ) );
		$this->plugin->sync()->domain_added( $this->sub( '*' ), 0, Row_Source::MANUAL );
		array_map( $this->create_site( ... ), $labels );
		$this->next_request();
		$this->assertSame( array( $this->sub( '*' ) ), $this->emulator->domains() );
		$this->emulator->call( 'DELETE', '/journal' );
	}

	public function test_pruning_leaves_the_subdomain_of_a_living_site_that_a_wildcard_covers(): void {
		$this->create_site( 'shop' );
		$this->plugin->sync()->domain_added( $this->sub( '*' ), 0, Row_Source::MANUAL );
		$this->emulator->set_domains( array( 'foreign.example', $this->env( 'domain' ), 'www.' . $this->env( 'domain' ), $this->sub( '*' ), $this->sub( 'shop' ) ) );

		$plan = $this->plugin->reconciler()->plan( prune: true, force: true );

		$this->assertSame( array(), $plan->remove );
		$this->assertSame( array( 'foreign.example' ), $plan->foreign );
	}

	public function test_a_subdomain_that_is_not_to_be_sent_is_not_offered_for_the_list_because_closte_has_it(): void {
		$this->set( array( 'subdomains' => 'never', 'www' => 'never' ) );
		$this->create_site( 'shop' );
		$this->emulator->set_domains( array( $this->sub( 'shop' ) ) );

		foreach ( array( false, true ) as $prune ) {
			$plan = $this->plugin->reconciler()->plan( prune: $prune );
			$this->assertSame( array( array(), array( $this->sub( 'shop' ) ), array() ), array( $plan->keep, $plan->foreign, $plan->remove ) );
			$this->assertSame( '', ( new Send_Plan( $this->plugin, $plan ) )->button() );
		}
	}

	/**
	 * @dataProvider ways_to_tell_of_the_own_domain
	 * @param callable(self): mixed $tell
	 */
	public function test_the_domain_of_the_main_network_is_no_alias_whoever_tells_of_it( string $subdomains, callable $tell ): void {
		$this->set( array( 'subdomains' => $subdomains, 'www' => 'never' ) );
		$tell( $this );
		$this->run_due();

		$this->assertSame( array(), $this->changes() );
		$this->assertNull( $this->row( $this->env( 'domain' ) ) );
		$this->assertTrue( $this->plugin->domain_rules()->is_protected( $this->env( 'domain' ) ) );
	}

	/** @return array<string, array{string, callable(self): mixed}> */
	public static function ways_to_tell_of_the_own_domain(): array {
		$ways  = array(
			'a reconcile'            => static fn( self $test ) => $test->plugin->reconciler()->apply( $test->plugin->reconciler()->plan( true ) ),
			'a daily run'            => static fn( self $test ) => $test->plugin->reconciler()->repair( 60.0 ),
			'a mapping'              => static fn( self $test ) => $test->plugin->sync()->domain_added( strtoupper( $test->env( 'domain' ) ) . '.', 1, Mercator::ID ),
			'an expected mapping'    => static fn( self $test ) => $test->plugin->sync()->domain_expected( $test->env( 'domain' ), 1, Mercator::ID ),
			'a mapping that is gone' => static fn( self $test ) => $test->plugin->sync()->domain_removed( $test->env( 'domain' ), 1, Mercator::ID ),
		);
		$cases = array();

		foreach ( array( 'auto', 'always', 'never' ) as $subdomains ) {
			foreach ( $ways as $name => $tell ) {
				$cases[ "$name, $subdomains" ] = array( $subdomains, $tell );
			}
		}

		return $cases;
	}

	public function test_the_own_domain_at_closte_is_neither_foreign_nor_removed(): void {
		$this->emulator->set_domains( array( $this->env( 'domain' ) ) );
		$plan = $this->plugin->reconciler()->plan( true, true );

		$this->assertSame( array( array(), array() ), array( $plan->foreign, $plan->remove ) );
	}

	public function test_the_domain_of_another_network_is_an_alias(): void {
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'second.example', 'path' => '/' ) );
		$this->wpdb->insert( $this->wpdb->blogs, array( 'site_id' => $this->wpdb->insert_id, 'domain' => 'second.example', 'path' => '/', 'registered' => '2026-01-01', 'last_updated' => '2026-01-01' ) );

		$this->assertContains( 'second.example', $this->plugin->reconciler()->plan()->add );
	}
}
