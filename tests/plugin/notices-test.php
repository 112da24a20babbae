<?php
/**
 * What the network screens say about domains that need somebody, and about what comes next.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Dismissals;
use ClosteSync\Admin\Notices;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\State;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-screens-test-case.php';

final class Notices_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
		$this->set( array( 'www' => 'never' ) );
	}

	public function test_domains_that_need_somebody_are_counted_and_the_worst_is_named(): void {
		$this->is( 'owner.example', State::OwnerMustAct, 500 );
		$html = $this->notices();
		self::assertStringContainsString( '1 domain needs attention.</strong> Its owner must act.', $html );
		self::assertStringContainsString( 'notice-warning', $html );
		self::assertStringContainsString( 'domain=' . $this->row( 'owner.example' )->id . '"', $html );

		$this->is( 'network.example', State::NetworkMustAct, 400 );
		$this->next_request();
		$html = $this->notices();
		self::assertStringContainsString( '2 domains need attention.</strong> A network admin must act for 1, the owner for 1.', $html );
		self::assertStringContainsString( '<strong dir="ltr">network.example</strong>', $html );
		self::assertStringContainsString( 'notice-error', $html );

		self::assertStringNotContainsString( 'attention', $this->notices( 'users-network' ) );
	}

	public function test_a_dismissed_notice_comes_back_for_new_trouble_only(): void {
		$this->is( 'a.example', State::OwnerMustAct, 500 );
		$this->is( 'b.example', State::NetworkMustAct, 400 );
		$name = $this->name( $this->notices() );
		self::assertSame( 302, $this->dismiss( $name ) );
		self::assertStringNotContainsString( 'attention', $this->notices() );

		$this->is( 'b.example', State::Working, 300 );
		$this->next_request();
		self::assertStringNotContainsString( 'attention', $this->notices() );

		$this->is( 'c.example', State::OwnerMustAct, 200 );
		$this->next_request();
		self::assertStringContainsString( '2 domains need attention', $this->notices() );

		$other = $this->name( $this->notices() );
		self::assertNotSame( $name, $other );
		$this->dismiss( $other );
		self::assertSame( array( $other ), get_user_meta( get_current_user_id(), Dismissals::USER_META, true ) );

		$this->log_in( 'super' );
		self::assertStringContainsString( '2 domains need attention', $this->notices() );
	}

	public function test_an_address_dismisses_nothing(): void {
		$this->is( 'a.example', State::OwnerMustAct, 500 );
		self::assertSame( 403, $this->submit( 'network_admin_edit_' . Dismissals::ACTION, array( 'notice' => $this->name( $this->notices() ) ) ) );
		self::assertStringContainsString( 'attention', $this->notices() );
	}

	public function test_a_refused_key_is_said_once(): void {
		$this->plugin->ledger()->want( 'a.example', 0, Row_Source::MANUAL );
		$this->set_rows( "state = 'network-must-act', error_kind = 'auth', error_message = 'Refused.'" );
		$html = $this->notices();

		self::assertStringContainsString( 'Closte refuses the API key.', $html );
		self::assertStringNotContainsString( 'attention', $html );
	}

	public function test_after_it_was_turned_on_it_is_said_what_becomes_of_existing_sites_until_that_is_done(): void {
		$this->set( array( 'enabled' => false ) );
		do_action( Scheduler::DAILY );
		$this->create_site( 'one' );
		self::assertStringNotContainsString( 'See the plan', $this->notices( 'plugins-network' ) );

		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		self::assertStringContainsString( 'See the plan', $this->notices( 'plugins-network' ) );
		self::assertStringNotContainsString( 'See the plan', $this->notices( 'users-network' ) );

		do_action( Scheduler::DAILY );
		$this->next_request();
		self::assertStringNotContainsString( 'See the plan', $this->notices( 'plugins-network' ) );
		self::assertContains( $this->sub( 'one' ), $this->emulator->domains() );

		$this->set( array( 'enabled' => false ) );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$this->dismiss( $this->name( $this->notices( 'plugins-network' ) ) );
		self::assertStringNotContainsString( 'See the plan', $this->notices( 'plugins-network' ) );
	}

	public function test_after_activation_without_a_key_it_is_said_what_comes_next(): void {
		$process = $this->start_php_without_key( 'delete_network_option( 1, "closte_sync_settings" ); wp_set_current_user( 1 ); require ABSPATH . "wp-admin/includes/admin.php"; set_current_screen( "plugins-network" ); ( new ClosteSync\Admin\Notices( new ClosteSync\Container( $GLOBALS["wpdb"] ) ) )->show();' );

		self::assertSame( 0, $process->wait(), $process->output() );
		self::assertStringContainsString( 'Next, enter the API key of your Closte application and turn the integration on.', $process->output() );
		self::assertStringContainsString( 'data-closte-sync-notice="next-step-key"', $process->output() );
	}

	private function is( string $domain, State $state, int $seconds ): void {
		$this->plugin->ledger()->want( $domain, 0, Row_Source::MANUAL );
		$since = time() - $seconds;
		$this->set_rows( "state = '$state->value', state_since = $since, stage = 'checking-dns', next_call = ''", $domain );
	}

	private function notices( string $screen = 'sites-network' ): string {
		set_current_screen( $screen );

		return $this->printed( ( new Notices( $this->plugin ) )->show( ... ) );
	}

	private function name( string $html ): string {
		self::assertSame( 1, preg_match( '/data-closte-sync-notice="([^"]+)"/', $html, $match ), $html );

		return $match[1];
	}

	private function dismiss( string $notice ): int {
		return $this->submit( 'network_admin_edit_' . Dismissals::ACTION, array( '_wpnonce' => wp_create_nonce( Dismissals::ACTION ), 'notice' => $notice ) );
	}
}
