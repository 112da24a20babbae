<?php
/**
 * Ultimate Multisite's records, from a new domain to its certificate.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use WP_Ultimo\Logger;
use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

final class Ultimate_Multisite_Records_Test extends Dns_And_Certificates_Test_Case {

	private const DOMAIN = 'shop.customer.example';

	private Domain $record;

	public static function setUpBeforeClass(): void {
		require_once __DIR__ . '/../support/doubles/ultimate-multisite/load.php';
	}

	protected function setUp(): void {
		parent::setUp();
		closte_double_install_ultimate_multisite();
		array_map( 'remove_all_actions', array( 'mercator.mapping.created', 'mercator.mapping.updated', 'mercator.mapping.deleted' ) );
		Domain_Manager::$queue   = array();
		Domain_Manager::$checked = array();
		update_network_option( null, 'v2_settings', array( 'dns_check_interval' => 20, 'auto_create_www_subdomain' => 'never' ) );
		update_network_option( null, 'wu_host_integrations_enabled', array( 'closte' => true ) );
		( new Domain_Manager() )->init();
	}

	public function test_its_record_follows_ours_to_done_and_its_own_checks_stay_out(): void {
		$this->edge( array( 'delay_ms' => 600_000 ) );
		$this->map_record( array( 'a' => array( self::ELSEWHERE ) ) );
		Domain_Manager::run_queue();
		$this->run_due();
		$this->assert_record( 'checking-dns', false );
		$this->assert_due_in( 20, self::DOMAIN );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->run_when_due( self::DOMAIN );
		$this->assert_record( 'checking-ssl-cert', false );
		Domain_Manager::run_queue();

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assert_record( 'done', true );

		do_action( 'wu_async_process_domain_stage', $this->record->get_id() );
		$this->assertSame( array(), Domain_Manager::$checked );
		$this->assertSame( 1, $this->additions( self::DOMAIN ) );
	}

	public function test_a_ready_record_stays_ready_whatever_its_certificate_is_like_and_its_log_says_so(): void {
		$this->make_ready();
		$this->edge( array( 'serve' => array( self::DOMAIN => 'expired' ) ) );

		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assert_record( 'done', true );

		$this->pass( DAY_IN_SECONDS );
		$this->run_due();
		$this->assert_stage( 'ssl-failed', self::DOMAIN );
		$this->assert_record( 'done', true );
		$this->assert_logged( 'certificate' );

		$this->edge();
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assert_record( 'done', true );
	}

	public function test_a_ready_record_whose_dns_went_away_stays_ready_and_its_log_says_so(): void {
		$this->make_ready();
		$this->dns->set( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assert_record( 'done', true );

		$this->pass( 3 * DAY_IN_SECONDS );
		$this->run_due();
		$this->assert_stage( 'failed', self::DOMAIN );
		$this->assert_record( 'done', true );
		$this->assert_logged( self::ELSEWHERE );
	}

	public function test_a_record_that_an_admin_made_ready_without_a_certificate_stays_so_until_there_is_one(): void {
		$this->edge( array( 'delay_ms' => 600_000 ) );
		$this->map_record( array( 'a' => array( self::HERE ) ) );
		$this->record->set_stage( 'done-without-ssl' );
		$this->record->save();
		$this->run_due();
		$this->pass( DAY_IN_SECONDS );
		$this->run_due();
		$this->assert_stage( 'ssl-failed', self::DOMAIN );
		$this->assert_record( 'done-without-ssl', false );

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_record( 'done', true );
	}

	private function make_ready(): void {
		$this->map_record( array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_due();
		$this->pass( 20 );
		$this->run_due();
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assert_record( 'done', true );
	}

	/**
	 * @param array<string, mixed> $records What DNS has.
	 */
	private function map_record( array $records ): void {
		$this->dns->set( self::DOMAIN, $records );
		$this->record = wu_create_domain( array( 'blog_id' => $this->create_site( 'shop' ), 'domain' => self::DOMAIN ) );
		$this->assertContains( self::DOMAIN, $this->emulator->domains() );
		$this->assertNotContains( 'www.' . self::DOMAIN, $this->emulator->domains() );
	}

	private function assert_logged( string $words ): void {
		$this->assertStringContainsString( $words, implode( "\n", Logger::$lines[ 'domain-' . self::DOMAIN ] ?? array() ) );
	}

	private function assert_record( string $stage, bool $secure ): void {
		$record = wu_get_domain( $this->record->get_id() );
		$this->assertSame( array( $stage, $secure ), array( $record->get_stage(), $record->is_secure() ) );
	}
}
