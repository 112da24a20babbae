<?php
/**
 * What becomes of Ultimate Multisite's domain records.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use WP_Ultimo\Logger;
use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Records_Test extends Ultimate_Multisite_Test_Case {

	private const REFUSED = array(
		'stage'         => 'failed',
		'next_call'     => 'add',
		'error_kind'    => 'rejected',
		'error_reason'  => 'rejected',
		'error_message' => 'Closte refused customer.example: the plan has no room.',
	);

	private const ELSEWHERE = array(
		'stage'     => 'failed',
		'dns_state' => 'elsewhere',
		'problems'  => array( array( 'code' => 'dns-elsewhere', 'message' => 'customer.example points to 192.0.2.1.' ) ),
	);

	/**
	 * @dataProvider findings
	 * @param array<string, mixed> $finding
	 */
	public function test_no_finding_takes_a_live_site_off_the_web( string $stage, bool $secure, array $finding ): void {
		$record = $this->mapped( array( 'stage' => $stage, 'secure' => $secure ) );
		$this->take_step( array( 'stage' => 'checking-ssl-cert' ) );
		$this->take_step( $finding );

		$this->assertSame( array( $stage, $secure, true ), array( $this->stored( $record )->get_stage(), $this->stored( $record )->is_secure(), $this->stored( $record )->is_active() ) );
		$this->assertSame( $finding['stage'], $this->stage( 'customer.example' ) );
		$this->assertStringContainsString( $finding['error_message'] ?? $finding['problems'][0]['message'], (string) end( Logger::$lines['domain-customer.example'] ) );

		do_action( 'wu_async_process_domain_stage', $record->get_id(), 0 );
		$this->assertTrue( $this->stored( $record )->is_active() );
	}

	/** @return array<string, array{string, bool, array<string, mixed>}> */
	public static function findings(): array {
		$certificate = static fn( string $code ): array => array( array( 'code' => $code, 'message' => "The certificate of customer.example is $code." ) );
		$findings    = array(
			'a refusal'                   => self::REFUSED,
			'72 h of wrong DNS'           => self::ELSEWHERE,
			'DNS that is wrong now'       => array( 'stage' => 'checking-dns' ) + self::ELSEWHERE,
			'24 h without a certificate'  => array( 'stage' => 'ssl-failed', 'certificate_state' => 'absent', 'problems' => $certificate( 'absent' ) ),
			'a certificate that has ended' => array( 'stage' => 'checking-ssl-cert', 'certificate_state' => 'expired', 'problems' => $certificate( 'expired' ) ),
			'Closte has lost it'          => array( 'stage' => 'pending', 'next_call' => 'add', 'error_kind' => 'timeout', 'error_message' => 'Closte did not answer.' ),
		);
		$cases = array();

		foreach ( array( array( 'done', true ), array( 'done', false ), array( 'done-without-ssl', false ) ) as list( $stage, $secure ) ) {
			foreach ( $findings as $name => $finding ) {
				$cases[ "$name, $stage" . ( $secure ? ', secure' : '' ) ] = array( $stage, $secure, $finding );
			}
		}

		return $cases;
	}

	public function test_closte_refuses_to_add_it_again_and_the_site_stays(): void {
		$record = $this->mapped( array( 'stage' => 'done', 'secure' => true ) );
		$this->emulator->set_domains( array() );
		$this->plugin->ledger()->send_again( 'customer.example' );
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias', 'domain' => 'customer.example' ) );
		$this->run_due();

		$this->assertSame( 'failed', $this->stage( 'customer.example' ) );
		$this->assertTrue( $this->stored( $record )->is_active() );
		$this->assertTrue( $this->stored( $record )->is_secure() );
	}

	public function test_a_refusal_is_not_dns_failed(): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$this->take_step( self::REFUSED );
		$this->assertSame( 'checking-dns', $this->stored( $record )->get_stage() );
		$this->assertStringContainsString( '[ERROR] ', (string) end( Logger::$lines['domain-customer.example'] ) );
		$this->assertStringContainsString( 'the plan has no room', (string) end( Logger::$lines['domain-customer.example'] ) );

		$this->take_step( array( 'error_kind' => '', 'error_reason' => '', 'error_message' => '', 'next_call' => '' ) + self::ELSEWHERE );
		$this->assertSame( 'failed', $this->stored( $record )->get_stage() );
	}

	public function test_its_log_has_a_line_for_each_change_and_none_for_each_check(): void {
		$this->mapped( array( 'stage' => 'done', 'secure' => true ) );
		$lines = function ( array $finding ): int {
			Logger::$lines = array();
			$this->take_step( $finding );

			return count( Logger::$lines['domain-customer.example'] ?? array() );
		};
		$fine = array( 'stage' => 'done', 'problems' => array(), 'error_kind' => '', 'error_reason' => '', 'error_message' => '', 'next_call' => '' );

		$this->assertSame( array( 1, 0, 1, 0, 1, 0 ), array_map( $lines, array( self::ELSEWHERE, self::ELSEWHERE, self::REFUSED, self::REFUSED, $fine, $fine ) ) );
	}

	public function test_a_record_goes_forward_and_is_secure_once_its_certificate_is_there(): void {
		foreach ( array( 'checking-dns', 'checking-ssl-cert', 'failed', 'ssl-failed', 'done-without-ssl', 'done' ) as $i => $stage ) {
			$record = $this->mapped( array( 'stage' => $stage ), "c$i.example" );
			$this->take_step( array( 'stage' => 'done' ), "c$i.example" );

			$this->assertSame( array( 'done', true ), array( $this->stored( $record )->get_stage(), $this->stored( $record )->is_secure() ), $stage );
		}
	}

	/**
	 * @dataProvider changes_meanwhile
	 * @param array<string, string|int> $change What another request writes into the record between our reading and saving it.
	 */
	public function test_what_an_admin_changes_while_a_finding_is_written_stays( array $change, string $found ): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$saved  = false;
		add_filter(
			'query',
			function ( string $sql ) use ( &$saved, $record, $change ): string {
				if ( ! $saved && 1 === preg_match( '/^UPDATE .*wu_domain_mappings/', $sql ) ) {
					$saved = true;
					$this->wpdb->update( $this->wpdb->base_prefix . 'wu_domain_mappings', $change, array( 'id' => $record->get_id() ) );
				}
				return $sql;
			}
		);
		$this->take_step( array( 'stage' => $found ) );

		$this->assertTrue( $saved );
		$row = $this->wpdb->get_row( $this->wpdb->prepare( 'SELECT * FROM %i WHERE id = %d', $this->wpdb->base_prefix . 'wu_domain_mappings', $record->get_id() ), ARRAY_A );
		$this->assertEquals( $change, array_intersect_key( $row, $change ) );
	}

	/** @return array<string, array{array<string, string|int>, string}> */
	public static function changes_meanwhile(): array {
		return array(
			'made ready'               => array( array( 'stage' => 'done' ), 'checking-ssl-cert' ),
			'made ready without https' => array( array( 'stage' => 'done-without-ssl' ), 'done' ),
			'another name'             => array( array( 'domain' => 'renamed.example' ), 'checking-ssl-cert' ),
			'another site'             => array( array( 'blog_id' => 77 ), 'done' ),
		);
	}

	public function test_what_an_admin_chose_for_a_live_site_is_left_alone_by_the_daily_check(): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$this->take_step( array( 'stage' => 'done' ) );

		foreach ( array( 'done', 'done-without-ssl' ) as $stage ) {
			$record = $this->stored( $record );
			$record->set_stage( $stage );
			$record->set_secure( false );
			Domain_Manager::submit_edit_page( $record );
			Domain_Manager::run_queue();
			$this->take_step( array( 'stage' => 'done' ) );

			$this->assertSame( array( $stage, false ), array( $this->stored( $record )->get_stage(), $this->stored( $record )->is_secure() ) );
		}
	}

	public function test_a_record_that_its_validation_refuses_follows_too(): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ), '*.customer.example' );
		$this->take_step( array( 'stage' => 'done' ), '*.customer.example' );

		$this->assertSame( 'done', $this->stored( $record )->get_stage() );
	}

	public function test_its_version_without_a_stage_for_it_keeps_the_one_that_it_has(): void {
		$record = new class() {
			public const INACTIVE_STAGES = array( 'checking-dns', 'checking-ssl-cert', 'failed' );

			public function get_stage(): string {
				return 'checking-ssl-cert';
			}

			public function is_secure(): bool {
				return false;
			}
		};
		$this->mapped();
		$this->take_step( array( 'stage' => 'ssl-failed' ) );

		$this->assertNull( \ClosteSync\Sources\Ultimate_Multisite\Record_Stage::next( $record, $this->row( 'customer.example' ), true ) );
	}

	/**
	 * @dataProvider retries
	 * @param array<string, mixed> $finding
	 */
	public function test_its_way_to_retry_makes_the_row_due_and_is_not_undone_without_a_look( string $before, string $stage, array $finding ): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$this->take_step( $finding );
		$record = $this->stored( $record );
		$record->set_stage( $before );
		$record->save();
		$this->put_off();

		$record->set_stage( $stage );
		Domain_Manager::submit_edit_page( $record );
		$this->assertSame( array(), $this->emulator->calls() );
		$this->assertSame( array(), Domain_Manager::run_queue() );
		$this->assertSame( array(), Domain_Manager::$checked );

		$this->assertSame( $stage, $this->stored( $record )->get_stage() );
		$this->assertLessThanOrEqual( time(), $this->row( 'customer.example' )->next_check_at );
		$this->assertLessThanOrEqual( time(), $this->row( 'www.customer.example' )->next_check_at );
		$this->assertLessThanOrEqual( time(), $this->plugin->scheduler()->next_run() );
		$this->assertStringContainsString( 'this domain is checked again within about a minute', (string) end( Logger::$lines['domain-customer.example'] ) );
	}

	/** @return array<string, array{string, string, array<string, mixed>}> */
	public static function retries(): array {
		return array(
			'of DNS'                        => array( 'failed', 'checking-dns', self::ELSEWHERE ),
			'of what Closte refused'        => array( 'checking-dns', 'checking-dns', self::REFUSED ),
			'of a certificate'              => array( 'ssl-failed', 'checking-ssl-cert', array( 'stage' => 'ssl-failed' ) ),
			'of a certificate from its DNS' => array( 'ssl-failed', 'checking-dns', array( 'stage' => 'ssl-failed' ) ),
		);
	}

	public function test_a_retry_that_finds_the_same_ends_as_before_and_says_so(): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$this->take_step( self::ELSEWHERE );
		$record = $this->stored( $record );
		$record->set_stage( 'checking-dns' );
		$record->save();
		$this->take_step( self::ELSEWHERE );

		$this->assertSame( 'failed', $this->stored( $record )->get_stage() );
		$this->assertStringContainsString( '192.0.2.1', (string) end( Logger::$lines['domain-customer.example'] ) );
	}

	public function test_a_retry_of_what_closte_refused_sends_it_with_the_next_run(): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$this->emulator->set_domains( array() );
		$this->take_step( self::REFUSED );
		$this->put_off();
		$this->run_due();
		$this->assertNotContains( 'customer.example', $this->emulator->domains() );

		$record = $this->stored( $record );
		$record->set_stage( 'checking-dns' );
		$record->save();
		$this->run_due();
		$this->assertContains( 'customer.example', $this->emulator->domains() );
	}

	public function test_ready_set_by_an_admin_is_left_alone_however_our_row_stands(): void {
		$record = $this->mapped( array( 'stage' => 'checking-dns' ) );
		$this->take_step( self::ELSEWHERE );
		$this->put_off();
		$record = $this->stored( $record );
		$record->set_stage( 'done' );
		Domain_Manager::submit_edit_page( $record );
		Domain_Manager::run_queue();
		$this->take_step( self::ELSEWHERE );

		$this->assertSame( 'done', $this->stored( $record )->get_stage() );
		$this->assertGreaterThan( time(), $this->row( 'customer.example' )->next_check_at );
	}

	public function test_what_is_saved_for_our_own_findings_makes_nothing_due(): void {
		$record = $this->mapped( array( 'stage' => 'failed' ) );
		$this->take_step( array( 'stage' => 'checking-ssl-cert' ) );

		$this->assertSame( 'checking-ssl-cert', $this->stored( $record )->get_stage() );
		$this->assertGreaterThan( time(), $this->row( 'customer.example' )->next_check_at );
	}

	/**
	 * A domain that Closte has taken, and its record.
	 *
	 * @param array<string, mixed> $data
	 */
	private function mapped( array $data = array(), string $domain = 'customer.example' ): Domain {
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => $domain, 'skip_validation' => true ) + $data );
		$this->next_request();
		$this->wpdb->update( $this->wpdb->base_prefix . 'wu_domain_mappings', array_intersect_key( $data, array( 'stage' => '', 'secure' => '' ) ), array( 'id' => $record->get_id() ) );
		Domain_Manager::$queue = array();
		Logger::$lines         = array();
		$this->emulator->call( 'DELETE', '/journal' );

		return $this->stored( $record );
	}

	private function stored( Domain $record ): Domain {
		return wu_get_domain( $record->get_id() );
	}

	/**
	 * A step of the lifecycle that finds this.
	 *
	 * @param array<string, mixed> $finding
	 */
	private function take_step( array $finding, string $domain = 'customer.example' ): void {
		$this->next_request();
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET lease_owner = '', lease_until = 0, next_check_at = 1" );
		$row = $this->plugin->leases()->claim( $this->row( $domain )->id, 'test', 30 );
		$this->assertTrue( $this->plugin->recorder()->record( $row, $finding + array( 'next_check_at' => time() + DAY_IN_SECONDS ) + $row->to_record() ) );
		$this->next_request();
	}

	/** All rows wait for tomorrow. */
	private function put_off(): void {
		$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET next_check_at = %d', $this->wpdb->base_prefix . 'closte_sync_domains', time() + DAY_IN_SECONDS ) );
		$this->plugin->scheduler()->reschedule();
		$this->next_request();
	}
}
