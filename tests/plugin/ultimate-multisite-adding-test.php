<?php
/**
 * Domains that people give to sites beside Ultimate Multisite.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Refusal;
use WP_Ultimo\Managers\Domain_Manager;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Adding_Test extends Ultimate_Multisite_Test_Case {

	public function test_a_domain_is_a_record_of_its_own_and_goes_with_it(): void {
		$id     = $this->create_site( 'shop' );
		$mapper = $this->plugin->domain_mapper();
		$this->next_request();
		Domain_Manager::$queue = array();

		$offers = $this->plugin->domain_preview()->of( 'customer.example', $id )->offers;
		$this->assertSame( array( Add_Method::Mapping, 'Ultimate Multisite mapping', null ), array( $offers[0]->way, $offers[0]->label, $offers[0]->refusal ) );
		$this->assertNull( $mapper->add( 'customer.example', $id, Add_Method::Mapping ) );

		$record = wu_get_domain_by_domain( 'customer.example' );
		$row    = $this->row( 'customer.example' );
		$this->assertSame( array( $id, 'checking-dns', '0' ), array( $record->get_blog_id(), $record->get_stage(), $this->wpdb->get_var( "SELECT primary_domain FROM {$this->wpdb->base_prefix}wu_domain_mappings WHERE domain = 'customer.example'" ) ) );
		$this->assertSame( array( 'ultimate-multisite', $id, true ), array( $row->source, $row->blog_id, $row->is_accepted() ) );
		$this->assertContains( 'wu_async_process_domain_stage', array_column( Domain_Manager::$queue, 'hook' ) );
		$this->assertSame( $this->sub( 'shop' ), get_site( $id )->domain );
		$this->assertSame( array( $row ), $mapper->removable( array( $row ) ) );

		$this->assertNull( $mapper->remove( $row ) );
		$this->end_request();
		$this->assertFalse( wu_get_domain_by_domain( 'customer.example' ) );
		$this->assertNotContains( 'customer.example', $this->emulator->domains() );
	}

	public function test_what_it_refuses_is_said_in_its_words(): void {
		$id = $this->create_site( 'shop' );
		add_filter(
			'wu_domain_pre_save',
			static function ( array $data, array $unserialized, object $record ): array {
				$record->set_domain( 'no name' );
				return $data;
			},
			1,
			3
		);

		$refusal = $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Mapping );
		$this->end_request();

		$this->assertSame( array( Refusal::FAILED, 'Domain no name is not valid' ), array( $refusal?->code, $refusal?->message ) );
		$this->assertNull( $this->row( 'customer.example' ) );
	}

	public function test_the_record_of_another_site_is_left_alone(): void {
		$id    = $this->create_site( 'shop' );
		$other = $this->create_site( 'other' );
		wu_create_domain( array( 'blog_id' => $other, 'domain' => 'customer.example' ) );

		$this->assertSame( Refusal::TAKEN, $this->plugin->domain_mapper()->add( 'www.customer.example', $id, Add_Method::Mapping )?->code );
		$this->assertSame( "Ultimate Multisite has no record of customer.example for site $id.", $this->plugin->sources()->mapper()->unmap( 'customer.example', $id )?->get_error_message() );
		$this->assertSame( $other, wu_get_domain_by_domain( 'customer.example' )->get_blog_id() );
	}
}
