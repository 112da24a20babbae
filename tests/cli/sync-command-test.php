<?php
/**
 * Tests of `wp closte sync` and `wp closte run`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** `wp closte sync` and `wp closte run`. */
final class Sync_Command_Test extends Cli_Test_Case {

	public function test_dry_run_changes_nothing(): void {
		$this->existing_network();
		$this->emulator->set_domains( array( 'foreign.example' ) );

		$plan = $this->succeed( 'closte', 'sync', '--dry-run', '--format=json' )->json();

		self::assertEqualsCanonicalizing(
			array(
				array(
					'domain' => 'one.' . $this->network(),
					'action' => 'add',
				),
				array(
					'domain' => 'foreign.example',
					'action' => 'foreign',
				),
			),
			array_values( array_filter( $plan, fn( array $item ): bool => 'www.' . $this->network() !== $item['domain'] ) )
		);
		self::assertSame( array( 'foreign.example' ), $this->emulator->domains() );
		self::assertSame( "0\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );
	}

	public function test_sync_sends_everything_and_a_second_one_does_nothing(): void {
		$this->existing_network();
		$this->emulator->set_domains( array( 'foreign.example' ) );

		$first = $this->succeed( 'closte', 'sync' );
		self::assertMatchesRegularExpression( '/^Success: [12] added, 0 removed\.$/m', $first->stdout );
		self::assertContains( 'one.' . $this->network(), $this->emulator->domains() );
		self::assertContains( 'foreign.example', $this->emulator->domains() );

		$calls  = count( $this->emulator->journal( '/adddomainalias' ) );
		$second = $this->succeed( 'closte', 'sync' );
		self::assertStringContainsString( 'Success: Nothing to do', $second->stdout );
		self::assertStringContainsString( '1 other domain at Closte is left alone.', $second->stdout );
		self::assertCount( $calls, $this->emulator->journal( '/adddomainalias' ) );
	}

	public function test_machine_formats_have_nothing_but_the_plan_on_stdout(): void {
		$this->existing_network();

		$plan = $this->succeed( 'closte', 'sync', '--format=json' )->json();

		self::assertContains(
			array(
				'domain' => 'one.' . $this->network(),
				'action' => 'add',
			),
			$plan
		);
		self::assertContains( 'one.' . $this->network(), $this->emulator->domains() );
	}

	public function test_every_format_of_a_dry_run_lists_the_same(): void {
		$this->succeed( 'closte', 'sync' );
		$everything = $this->succeed( 'closte', 'sync', '--dry-run' );
		self::assertMatchesRegularExpression( '/^Success: Nothing to do: Closte has (all [23] domains|the 1 domain) of this network\.\n$/', $everything->stdout );
		self::assertSame( "0\n", $this->succeed( 'closte', 'sync', '--dry-run', '--format=count' )->stdout );
		self::assertSame( array(), $this->succeed( 'closte', 'sync', '--dry-run', '--format=json' )->json() );

		$this->emulator->set_domains( array( 'foreign.example', ...$this->emulator->domains() ) );
		self::assertSame( "domain,action\nforeign.example,foreign\n", $this->succeed( 'closte', 'sync', '--dry-run', '--format=csv' )->stdout );
		self::assertSame( "1\n", $this->succeed( 'closte', 'sync', '--dry-run', '--format=count' )->stdout );
		$table = $this->succeed( 'closte', 'sync', '--dry-run' )->stdout;
		self::assertStringContainsString( "foreign.example\tforeign", $table );
		self::assertStringContainsString( '1 other domain at Closte is left alone.', $table );
	}

	public function test_prune_removes_what_nobody_wants_after_asking(): void {
		$this->succeed( 'closte', 'sync' );
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'site', 'create', '--slug=two' );
		$this->succeed( 'site', 'create', '--slug=three' );
		$gone = 'two.' . $this->network();
		$this->succeed( 'eval', 'global $wpdb; $wpdb->delete( $wpdb->blogs, array( "domain" => "' . $gone . '" ) );' );

		$kept = $this->succeed( 'closte', 'sync' );
		self::assertStringContainsString( "$gone\tunwanted", $kept->stdout );
		self::assertStringContainsString( 'hint: remove unused domains: wp closte sync --prune', $kept->stderr );
		self::assertContains( $gone, $this->emulator->domains() );

		$asked = $this->wp_with( array(), "n\n", 'closte', 'sync', '--prune' );
		self::assertStringContainsString( "$gone\tremove", $asked->stdout );
		self::assertStringContainsString( 'Remove 1 domain from Closte? [y/n]', $asked->stdout );
		self::assertContains( $gone, $this->emulator->domains() );

		$done = $this->succeed( 'closte', 'sync', '--prune', '--yes' );
		self::assertStringContainsString( '1 removed.', $done->stdout );
		self::assertNotContains( $gone, $this->emulator->domains() );
		self::assertContains( 'one.' . $this->network(), $this->emulator->domains() );
	}

	public function test_too_many_removals_are_refused(): void {
		foreach ( array( 'one', 'two', 'three' ) as $slug ) {
			$this->succeed( 'site', 'create', "--slug=$slug" );
		}
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "DELETE FROM $wpdb->blogs WHERE blog_id > 1" );' );
		$before = $this->emulator->domains();

		$refused = $this->closte( 'sync', '--prune', '--yes' );
		self::assertSame( 1, $refused->status );
		self::assertStringContainsString( 'hint: nothing was removed.', $refused->stderr );
		self::assertSame( array(), array_diff( $before, $this->emulator->domains() ) );

		$this->succeed( 'closte', 'sync', '--prune', '--yes', '--force' );
		self::assertSame( array(), array_intersect( $before, $this->emulator->domains() ) );
	}

	public function test_sync_while_closte_is_down(): void {
		$this->emulator->down( true );

		$result = $this->closte( 'sync' );

		self::assert_failed( 'Error: ', $result );
		self::assertStringContainsString( 'hint: find out more: wp closte doctor', $result->stderr );
	}

	public function test_sync_names_the_domains_that_closte_refused(): void {
		$this->existing_network();
		$this->emulator->fault(
			array(
				'kind'   => 'reject',
				'domain' => 'one.' . $this->network(),
			)
		);

		$result = $this->closte( 'sync' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'Warning: one.' . $this->network() . ': ', $result->stderr );
		self::assertMatchesRegularExpression( '/Error: 1 of [12] domains could not be sent\. [01] added, 0 removed, 1 refused \(one\.' . preg_quote( $this->network(), '/' ) . '\), 0 not sent yet\./', $result->stderr );
		self::assertStringContainsString( '1 refused (one.' . $this->network(), $this->succeed( 'closte', 'log', '--action=sync', '--by=wp-cli', '--field=message' )->stdout );
		self::assertNotContains( 'one.' . $this->network(), $this->emulator->domains() );
	}

	public function test_a_name_that_closte_could_never_take_is_no_success(): void {
		$this->succeed( 'closte', 'sync' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->insert( $wpdb->blogs, array( "domain" => "site.internal", "path" => "/" ) );' );
		$result = $this->closte( 'sync' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->delete( $wpdb->blogs, array( "domain" => "site.internal" ) );' );

		self::assertSame( 1, $result->status );
		self::assertMatchesRegularExpression( '/ could not be sent\. 0 added, 0 removed, [12] refused \((www\.)?site\.internal.*\), 0 not sent yet\./', $result->stderr );
	}

	public function test_what_is_left_is_counted_and_no_success(): void {
		$this->existing_network();
		$this->emulator->fault( array( 'kind' => '500', 'domain' => 'one.' . $this->network() ) );
		$result = $this->closte( 'sync' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( ' 0 refused, 1 not sent yet.', $result->stderr );
	}

	public function test_a_domain_that_closte_refused_before_is_sent_again_and_counted(): void {
		$this->succeed( 'closte', 'sync' );
		$refused = 'refused.' . $this->network();
		$this->emulator->fault(
			array(
				'kind'   => 'reject',
				'domain' => $refused,
			)
		);
		$this->succeed( 'site', 'create', '--slug=refused' );
		self::assertSame( "failed\n", $this->succeed( 'closte', 'domain', 'get', $refused, '--field=stage' )->stdout );
		$calls = fn(): int => count( array_keys( $this->emulator->calls(), "adddomainalias $refused", true ) );
		self::assertSame( 1, $calls() );

		$result = $this->closte( 'sync' );
		self::assertSame( 1, $result->status );
		self::assertSame( 2, $calls() );
		self::assertStringContainsString( "Warning: $refused: ", $result->stderr );
		self::assertStringContainsString( 'Error: 1 of 1 domains could not be sent.', $result->stderr );

		$this->emulator->fault();
		self::assertStringContainsString( 'Success: 1 added, 0 removed.', $this->succeed( 'closte', 'sync' )->stdout );
		self::assertContains( $refused, $this->emulator->domains() );
	}

	public function test_adopt_takes_a_foreign_domain_over(): void {
		$this->emulator->set_domains( array( 'foreign.example' ) );

		$adopted = $this->succeed( 'closte', 'adopt', 'foreign.example' );
		self::assertStringContainsString( "Adopted foreign.example.\nSuccess: Adopted 1 of 1 domains.", $adopted->stdout );
		self::assertStringContainsString( "This network already has foreign.example.\nSuccess: Adopted 0 of 1 domains; 1 already belonged to this network.", $this->succeed( 'closte', 'adopt', 'foreign.example' )->stdout );
		self::assertSame( array(), $this->emulator->journal( '/adddomainalias' ) );

		$this->succeed( 'closte', 'domain', 'remove', 'foreign.example', '--yes' );
		self::assertSame( array(), $this->emulator->domains() );
	}

	public function test_adopt_of_all_that_is_foreign_says_before_what_it_would_take(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$one = 'one.' . $this->network();
		$this->emulator->set_domains( array( $one, 'old.example', 'other.example' ) );

		self::assertSame( "domain,action\nold.example,adopt\nother.example,adopt\n", $this->succeed( 'closte', 'adopt', '--all', '--dry-run', '--format=csv' )->stdout );
		self::assertSame( "domain,action\nold.example,adopt\n$one,none\nnobody.example,missing\n", $this->succeed( 'closte', 'adopt', $one, 'old.example', 'nobody.example', '--dry-run', '--format=csv' )->stdout );
		self::assertSame( "1\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );
		$this->wp_with( array(), "n\n", 'closte', 'adopt', '--all' );
		self::assertSame( "1\n", $this->succeed( 'closte', 'domain', 'list', '--format=count' )->stdout );

		self::assertStringContainsString( 'Success: Adopted 2 of 2 domains.', $this->succeed( 'closte', 'adopt', '--all', '--yes' )->stdout );
		self::assertStringContainsString( 'Nothing to do', $this->succeed( 'closte', 'adopt', '--all', '--dry-run' )->stdout );
		self::assertSame( "old.example\n$one\nother.example\n", $this->succeed( 'closte', 'domain', 'list', '--field=domain', '--orderby=domain' )->stdout );
		self::assert_failed( 'Name the domains to adopt or use --all, not both.', $this->closte( 'adopt' ) );
		self::assert_failed( 'Name the domains to adopt or use --all, not both.', $this->closte( 'adopt', 'old.example', '--all' ) );
		self::assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_adopt_of_what_closte_does_not_have(): void {
		$result = $this->closte( 'adopt', 'nobody.example' );

		self::assertSame( 1, $result->status );
		self::assertStringContainsString( 'Closte does not have nobody.example.', $result->stderr );
		self::assertStringContainsString( 'hint: to add it: wp closte domain add nobody.example', $result->stderr );
	}

	public function test_run_completes_what_was_left(): void {
		$this->emulator->down( true );
		$this->succeed( 'site', 'create', '--slug=one' );
		$down = $this->closte( 'run' );
		self::assert_failed( 'Error: ', $down );
		self::assertSame( array(), $this->emulator->domains() );

		$this->emulator->down( false );
		$up = $this->succeed( 'closte', 'run' );

		self::assertStringContainsString( 'one.' . $this->network() . ': pending → checking-dns', $up->stdout );
		self::assertStringContainsString( 'step taken: 1 added, 0 removed, 0 working, 0 with errors.', $up->stdout );
		self::assertSame( array( 'one.' . $this->network() ), $this->emulator->domains() );
	}

	public function test_run_does_not_ask_closte_where_nothing_waits_for_it(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = 1" );' );
		$this->emulator->down( true );

		self::assertMatchesRegularExpression( '/^Success: 1 step taken: 0 added/m', $this->succeed( 'closte', 'run' )->stdout );
	}

	public function test_run_with_nothing_due(): void {
		self::assertStringContainsString( 'Success: Nothing was due.', $this->succeed( 'closte', 'run' )->stdout );
	}

	public function test_run_as_json(): void {
		$summary = $this->succeed( 'closte', 'run', '--format=json' )->json();

		self::assertSame( 0, $summary['advanced'] );
		self::assertNull( $summary['problem'] );
	}

	public function test_run_checks_its_budget(): void {
		self::assert_failed( 'Invalid value for --budget: "0".', $this->closte( 'run', '--budget=0' ) );
		self::assert_failed( 'Invalid value for --budget: "soon".', $this->closte( 'run', '--budget=soon' ) );
	}

	/**
	 * A network with a site from before the integration was switched on.
	 */
	private function existing_network(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "DELETE FROM {$wpdb->base_prefix}closte_sync_domains" );' );
		$this->emulator->clear();
	}
}
