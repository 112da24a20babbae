<?php
/**
 * What the log says of decisions.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Entry;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Scheduler;
use ClosteSync\Text\Refusal_Text;

require_once __DIR__ . '/class-log-test-case.php';

final class Log_Decisions_Test extends Log_Test_Case {

	public function test_while_the_integration_is_off_wishes_are_logged(): void {
		$this->log_in();
		$this->set( array( 'enabled' => false ) );
		$id = $this->create_site( 'shop' );
		wp_delete_site( $id );
		$this->end_request();
		$this->set( array( 'enabled' => true, 'check_interval' => 60, 'targets' => array( '192.0.2.1' ) ) );

		$this->assertSame(
			array( 'disable done by-hand - user', 'add deferred site-created core user', 'forget forgotten site-deleted core user', 'enable done by-hand - user', 'settings changed by-hand - user' ),
			$this->lines()
		);
		$this->assertSame( 'check_interval, targets', $this->entries()[4]->message );
	}

	public function test_switching_on_for_the_first_time_is_logged(): void {
		delete_network_option( get_main_network_id(), Settings::OPTION );
		$this->clear();
		( new Settings( enabled: true ) )->save();

		$this->assertSame( array( 'enable done other - visitor' ), $this->lines() );
	}

	public function test_a_sync_a_drift_an_adoption_and_a_prune(): void {
		$this->create_site( 'kept' );
		$this->create_site( 'lost' );
		$this->emulator->set_domains( array( $this->env( 'domain' ), $this->sub( 'kept' ), 'foreign.example' ) );
		$this->plugin->reconciler()->adopt( $this->env( 'domain' ) );
		$this->clear();
		do_action( Scheduler::DAILY );
		$this->assertSame( array( 'drift found daily - cron', 'add added daily core cron' ), $this->lines() );
		$this->assertSame( '1 domain: ' . $this->sub( 'lost' ), $this->entries()[0]->message );

		$this->clear();
		$this->plugin->reconciler()->adopt( 'foreign.example' );
		$this->assertSame( array( 'adopt adopted by-hand manual visitor' ), $this->lines() );

		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET source = 'sync' WHERE domain = 'foreign.example'" );
		$this->clear();
		$this->next_request();
		$reconciler = $this->plugin->reconciler();
		$reconciler->apply( $reconciler->plan( prune: true, force: true ) );
		$this->assertSame( array( 'prune planned sync - visitor', 'remove removed sync sync visitor' ), $this->lines() );
		$this->assertSame( '1 domain: foreign.example', $this->entries()[0]->message );
	}

	public function test_domains_that_closte_had_are_taken_over_with_a_line_each_and_removals_that_are_refused_with_one(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->set( array( 'enabled' => true ) );
		foreach ( range( 1, 5 ) as $i ) {
			$this->plugin->ledger()->want( "old$i.example", 0, Row_Source::SYNC );
		}
		$this->emulator->set_domains( array( $this->sub( 'shop' ), ...array_map( static fn( int $i ): string => "old$i.example", range( 1, 5 ) ) ) );
		$this->clear();
		$reconciler = $this->plugin->reconciler();
		$plan       = $reconciler->plan( prune: true );
		$this->assertNotNull( $plan->refused );
		$this->assertSame( array(), $this->lines() );
		$reconciler->apply( $plan );

		$this->assertSame( array( 'prune refused sync - visitor', 'adopt adopted sync core visitor' ), array_slice( $this->lines(), 0, 2 ) );
		$this->assertSame( Refusal_Text::of( $plan ), $this->entries()[0]->message );
	}

	public function test_what_is_forgotten_by_hand_or_by_a_prune_is_logged(): void {
		$user = $this->log_in();
		$this->emulator->down( true );
		$row = $this->plugin->ledger()->unwant( 'gone.example', 0, Row_Source::MANUAL );
		( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::FORGET, array( $row ) );
		$this->assertSame( array( 'forget forgotten by-hand manual user' ), $this->lines() );
		$this->assertSame( $user, $this->entries()[0]->user_id );
		$this->emulator->down( false );
		$this->emulator->set_domains( array( $this->env( 'domain' ) ) );
		$this->plugin->reconciler()->adopt( $this->env( 'domain' ) );
		$this->clear();
		$this->plugin->ledger()->want( 'nowhere.example', 7, Row_Source::CORE );
		$this->plugin->leases()->claim( $this->row( 'nowhere.example' )->id, 'x', 30 );
		$this->plugin->leases()->release( array( $this->row( 'nowhere.example' ) ) );
		$reconciler = $this->plugin->reconciler();
		$reconciler->apply( $reconciler->plan( prune: true, force: true ) );

		$this->assertSame( array( 'forget forgotten sync core user' ), $this->lines() );
		$this->assertSame( array( 'nowhere.example', 7 ), array( $this->entries()[0]->domain, $this->entries()[0]->blog_id ) );
	}

	public function test_another_key_is_noticed_once_wherever_it_was_changed(): void {
		$this->log_in();
		$watch = $this->plugin->key_watch();
		$watch->look();
		$watch->look();
		$this->assertSame( array( 'key found other - unknown' ), $this->lines() );
		$this->assertSame( 'Found in the constant CLOSTE_CLIENT_API_KEY.', $this->entries()[0]->message );
		$this->assertSame( 0, $this->entries()[0]->user_id );

		$seen = get_network_option( get_main_network_id(), 'closte_sync_keys_seen' );
		$this->assertStringNotContainsString( $this->env( 'key' ), (string) wp_json_encode( $seen ) );
		update_network_option( get_main_network_id(), 'closte_sync_keys_seen', array_merge( $seen, array( 'cli' => 'of another key' ) ) );
		$watch->look();
		update_network_option( get_main_network_id(), 'closte_sync_keys_seen', array( 'salt' => $seen['salt'], 'web' => $seen['cli'] ) );
		$watch->look();
		$this->assertSame( array( 'found', 'changed' ), array_map( static fn( Entry $entry ): string => $entry->outcome->value, $this->entries() ) );
	}

	public function test_a_key_that_was_entered_elsewhere_is_not_logged_again(): void {
		$process = $this->start_php_without_key( '( new ClosteSync\Container( $GLOBALS["wpdb"] ) )->key_watch()->look(); ClosteSync\Extension\Key_Store::save( ClosteSync\Extension\Api_Key::entered( "a-key-of-nobody-0000" ) ); $seen = get_network_option( 1, "closte_sync_keys_seen" ); update_network_option( 1, "closte_sync_keys_seen", array( "salt" => $seen["salt"], "web" => $seen["cli"], "cli" => "of another key" ) ); ( new ClosteSync\Container( $GLOBALS["wpdb"] ) )->key_watch()->look();' );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( array( 'key changed other - visitor' ), $this->lines() );
	}

	public function test_a_key_that_is_entered_and_taken_away_is_logged(): void {
		$this->log_in();
		update_network_option( get_main_network_id(), 'closte_sync_key', 'v1:sealed' );
		update_network_option( get_main_network_id(), 'closte_sync_key', 'v1:sealed-anew' );
		delete_network_option( get_main_network_id(), 'closte_sync_key' );

		$this->assertSame( array( 'key changed by-hand - user', 'key changed by-hand - user', 'key removed by-hand - user' ), $this->lines() );
		$this->assertStringNotContainsString( 'sealed', (string) wp_json_encode( $this->entries() ) );
	}

	public function test_activation_and_deactivation_are_logged(): void {
		$this->deactivate();
		$this->activate();

		$this->assertSame( array( 'deactivate done other - visitor', 'activate done other - visitor' ), $this->lines() );
	}
}
