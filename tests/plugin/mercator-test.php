<?php
/**
 * Beside Mercator.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Refusal;
use ClosteSync\Sources\Mercator\Mercator;
use Mercator\Mapping;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Mercator_Test extends Plugin_Test_Case {

	public static function setUpBeforeClass(): void {
		require_once dirname( __DIR__ ) . '/support/doubles/mercator/class-mapping.php';
	}

	protected function setUp(): void {
		parent::setUp();
		Mapping::install();
	}

	public function test_a_mapping_comes_changes_and_goes(): void {
		$id      = $this->create_site( 'shop' );
		$mapping = Mapping::create( $id, 'customer.example' );
		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertSame( array( Mercator::ID, $id ), array( $this->row( 'customer.example' )->source, $this->row( 'customer.example' )->blog_id ) );

		$mapping->set_domain( 'renamed.example' );
		$this->end_request();
		$this->assertSame( array( 'renamed.example', $this->sub( 'shop' ), 'www.renamed.example' ), $this->emulator->domains() );

		$mapping->delete();
		$this->end_request();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	/** @dataProvider priorities */
	public function test_a_mapping_is_heard_of_whenever_the_plugin_is_loaded( int $priority ): void {
		$id = $this->create_site( 'shop' );
		remove_all_actions( 'mercator.mapping.created' );
		$GLOBALS['wp_filter']['plugins_loaded'] = new \WP_Hook();
		add_action( 'plugins_loaded', fn() => ( new Mercator( $this->plugin ) )->register(), $priority );
		do_action( 'plugins_loaded' );
		Mapping::create( $id, 'customer.example' );

		$this->assertContains( 'customer.example', $this->emulator->domains() );
	}

	/** @return array<string, array{int}> */
	public function priorities(): array {
		return array(
			'early'                      => array( 5 ),
			'when its own turn has come' => array( 20 ),
			'after that'                 => array( 99 ),
		);
	}

	public function test_a_mapping_that_moves_to_another_site_is_said_to_be_there(): void {
		$id      = $this->create_site( 'shop' );
		$mapping = Mapping::create( 1, 'customer.example' );
		$changes = $this->changes();
		$this->next_request();
		$mapping->set_site( $id );

		$this->assertSame( array( $id, $id ), array( $this->row( 'customer.example' )->blog_id, $this->row( 'www.customer.example' )->blog_id ) );
		$this->assertSame( $changes, $this->changes() );
	}

	public function test_a_mapping_that_another_site_has_too_stays(): void {
		$first  = Mapping::create( 1, 'customer.example' );
		$second = Mapping::create( $this->create_site( 'shop' ), 'elsewhere.example' );
		$second->set_domain( 'customer.example' );
		$first->delete();
		$this->end_request();
		$this->assertContains( 'customer.example', $this->emulator->domains() );

		$second->delete();
		$this->end_request();
		$this->assertNotContains( 'customer.example', $this->emulator->domains() );
	}

	public function test_a_site_takes_its_mappings_with_it(): void {
		$id = $this->create_site( 'shop' );
		Mapping::create( $id, 'customer.example' );
		$this->wpdb->insert( $this->wpdb->base_prefix . 'domain_mapping', array( 'blog_id' => $id, 'domain' => 'unheard.example' ) );
		$this->emulator->set_domains( array_merge( $this->emulator->domains(), array( 'unheard.example' ) ) );
		$this->next_request();
		do_action( 'closte_sync_reconcile' );
		$this->next_request();
		wp_delete_site( $id );
		$this->end_request();

		$this->assertSame( array(), array_diff( $this->emulator->domains(), array( $this->env( 'domain' ), 'www.' . $this->env( 'domain' ) ) ) );
	}

	public function test_a_mapping_is_wanted_while_its_site_lives(): void {
		Mapping::create( $this->create_site( 'shop' ), 'customer.example' );
		$this->assertTrue( $this->plugin->desired_domains()->wants( 'customer.example' ) );
		$this->assertContains( 'customer.example', array_keys( iterator_to_array( $this->plugin->desired_domains()->all() ) ) );
	}

	public function test_a_domain_that_is_added_is_an_active_mapping_of_mercators(): void {
		$id     = $this->create_site( 'shop' );
		$mapper = $this->plugin->domain_mapper();

		$this->assertSame( Add_Method::Mapping, $this->plugin->domain_preview()->of( 'customer.example', $id )->offers[0]->way );
		$this->assertNull( $mapper->add( 'customer.example', $id, Add_Method::Mapping ) );

		$mapping = Mapping::get_by_domain( 'customer.example' );
		$row     = $this->row( 'customer.example' );
		$this->assertSame( array( $id, true ), array( $mapping?->get_site_id(), $mapping->is_active() ) );
		$this->assertSame( array( Mercator::ID, $id, true ), array( $row->source, $row->blog_id, $row->is_accepted() ) );
		$this->assertSame( $this->sub( 'shop' ), get_site( $id )->domain );
		$this->assertSame( array( $row ), $mapper->removable( array( $row ) ) );

		$this->assertNull( $mapper->remove( $row ) );
		$this->end_request();
		$this->assertNull( Mapping::get_by_domain( 'customer.example' ) );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_an_error_of_mercators_is_said_in_words(): void {
		$id      = $this->create_site( 'shop' );
		$mapping = Mapping::create( $id, 'customer.example', true );
		$row     = $this->row( 'customer.example' );
		$refusal = $this->plugin->domain_mapper()->add( '*.customer.example', $id, Add_Method::Mapping );
		$this->assertSame( Refusal::NOT_SERVED, $refusal?->code );

		$this->wpdb->query( "DROP TABLE {$this->wpdb->base_prefix}domain_mapping" );
		$this->wpdb->suppress_errors();
		$error = $this->plugin->sources()->mapper()->map( 'other.example', $id );
		$this->wpdb->suppress_errors( false );
		Mapping::install();

		$this->assertSame( 'Mercator could not save the mapping of other.example (mercator.mapping.insert_failed).', $error?->get_error_message() );
		$this->assertSame( "Mercator has no mapping of customer.example to site $id.", $this->plugin->sources()->mapper()->unmap( $row->domain, $id )?->get_error_message() );
		$this->assertTrue( $mapping->is_active() );
	}
}
