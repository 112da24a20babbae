<?php
/**
 * www names that nobody asked for.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Domain_Check;
use ClosteSync\Diagnosis\Labels;
use ClosteSync\Diagnosis\Network_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Operations\Send_All;
use ClosteSync\Settings\Settings;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Www_Test extends Plugin_Test_Case {

	/** Whether www names are in the DNS. */
	private function www_in_dns( bool $is_there ): void {
		$this->emulator->call( 'PUT', '/www', array( 'in_dns' => $is_there ) );
	}

	public function test_by_default_the_www_name_of_a_registrable_domain_alone_comes_along(): void {
		$this->assertSame( 'main_only', Settings::load()->www->value );
		$this->create_site( 'shop.customer-one.com' );
		$this->create_site( 'customer-two.co.uk' );

		$this->assertNull( $this->row( 'www.shop.customer-one.com' ) );
		$this->assertSame(
			array( 'customer-two.co.uk', 'shop.customer-one.com', 'www.customer-two.co.uk' ),
			$this->emulator->domains()
		);
	}

	public function test_a_www_name_without_dns_is_sent_when_it_has_some_and_holds_nothing_up_until_then(): void {
		$heard = array();
		foreach ( array( 'failed', 'warning' ) as $event ) {
			add_action(
				"closte_sync_domain_$event",
				static function ( string $domain ) use ( &$heard ): void {
					$heard[] = $domain;
				}
			);
		}
		$this->www_in_dns( false );
		$id = $this->create_site( 'customer.com' );
		$this->assertSame( array( 'add customer.com' ), $this->changes() );
		$this->assertSame( 'checking-dns', $this->stage( 'customer.com' ) );

		for ( $days = 0; $days < 6; $days++ ) {
			$row = $this->row( 'www.customer.com' );
			$this->assertSame( array( 'pending', '', 'missing', '' ), array( $row->stage->value, $row->next_call, $row->dns_state, $row->error_kind ) );
			$this->assertSame( array( 'www-without-dns' ), array_column( $row->problems, 'code' ) );
			$this->assertSame( array( 'note' ), array_column( $row->problems, 'severity' ) );
			$this->assertSame( 'www.customer.com has no DNS record. It is sent to Closte once it has one.', Advice::of( $row )->sentence() );
			$this->assertSame( 'No DNS record', Labels::stage( $row ) );
			$this->let_time_pass( DAY_IN_SECONDS );
			$this->run_due();
		}
		$this->assertNotContains( 'add www.customer.com', $this->changes() );
		$this->assertNotContains( 'www.customer.com', $heard );
		$this->assertSame( 0, $this->plugin->ledger_search()->count_waiting( Stage::Pending ) );
		$this->assertSame( array( State::OwnerMustAct->value => 1 ), $this->plugin->attention()->counts_by_site( array( $id ) )[ $id ] );
		$this->assertStringContainsString( 'Waiting to be sent: 0.', Send_All::counts( $this->plugin->ledger_search() ) );

		$this->www_in_dns( true );
		$this->let_time_pass( DAY_IN_SECONDS );
		$this->run_due();
		$this->assertContains( 'www.customer.com', $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( 'www.customer.com' ) );
		$this->assertSame( 'unknown', $this->row( 'www.customer.com' )->dns_state, 'What counts as here has no address in this network.' );
	}

	public function test_what_waits_for_dns_is_nothing_that_closte_lacks(): void {
		$this->www_in_dns( false );
		$this->create_site( 'customer.com' );
		$drift = array();
		add_action(
			'closte_sync_drift',
			static function ( array $domains ) use ( &$drift ): void {
				$drift = $domains;
			}
		);

		$this->assertNotContains( 'www.customer.com', $this->plugin->reconciler()->plan()->add );
		$this->plugin->reconciler()->repair( 20.0 );
		$this->assertNotContains( 'www.customer.com', $drift );
		$this->assertNotContains( 'add www.customer.com', $this->changes() );

		// Somebody added it at Closte by hand: it is ours then.
		$this->emulator->set_domains( array( 'customer.com', 'www.customer.com' ) );
		$this->plugin->reconciler()->repair( 20.0 );
		$this->assertSame( 'checking-dns', $this->stage( 'www.customer.com' ) );
		$this->let_time_pass( 80 * HOUR_IN_SECONDS );
		$this->run_due();
		$this->let_time_pass( 80 * HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( 'checking-dns', $this->stage( 'www.customer.com' ) );
		$this->assertSame( array( 'note' ), array_column( $this->row( 'www.customer.com' )->problems, 'severity' ) );
	}

	public function test_the_doctor_finds_nothing_wrong_with_a_www_name_that_waits(): void {
		$this->www_in_dns( false );
		$this->create_site( 'customer.com' );
		$findings = ( new Domain_Check( $this->plugin, 'www.customer.com' ) )->run( true );
		foreach ( $findings as $finding ) {
			$this->assertContains( $finding->severity, array( Severity::Ok, Severity::Skipped ), "{$finding->check}: {$finding->message}" );
		}

		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET stage = 'checking-dns', certificate_checked_at = 1, accepted_at = 1 WHERE source = 'www'" );
		$network = new Network_Check( $this->plugin->ledger(), $this->plugin->ledger_search(), $this->plugin->scheduler(), $this->plugin->domain_names(), time() );
		$this->assertSame( Severity::Ok, $network->moved_away()->severity );
	}

	public function test_a_www_name_that_somebody_asked_for_is_sent_at_once(): void {
		$this->www_in_dns( false );
		$this->create_site( 'customer.com' );
		$this->plugin->sync()->domain_added( 'www.customer.com', 0, Row_Source::MANUAL );
		$this->let_time_pass( 400 );
		$this->run_due();

		$this->assertContains( 'www.customer.com', $this->emulator->domains() );
	}

	public function test_a_www_name_that_waits_goes_when_its_domain_goes(): void {
		$this->www_in_dns( false );
		$site = $this->create_site( 'customer.com' );
		wp_delete_site( $site );
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertNull( $this->row( 'www.customer.com' ) );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertNotContains( 'add www.customer.com', $this->changes() );
	}
}
