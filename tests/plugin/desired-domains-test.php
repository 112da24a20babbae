<?php
/**
 * What counts as wanted, however it is written and whatever the database says.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sources\Mercator\Mercator;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Desired_Domains_Test extends Plugin_Test_Case {

	/** A table as a mapping plugin has it, which need not be loaded. */
	private string $mappings;

	private bool $is_mine = false;

	protected function setUp(): void {
		parent::setUp();
		$this->mappings = $this->wpdb->base_prefix . 'domain_mapping';
		$this->is_mine  = ! $this->plugin->database()->has_table( $this->mappings );
		if ( $this->is_mine ) {
			$this->wpdb->query( "CREATE TABLE {$this->mappings} ( id bigint(20) NOT NULL auto_increment, blog_id bigint(20) NOT NULL, domain varchar(255) NOT NULL, active tinyint(4) DEFAULT 1, PRIMARY KEY (id) )" );
		}
	}

	protected function tearDown(): void {
		if ( $this->is_mine ) {
			$this->wpdb->query( "DROP TABLE {$this->mappings}" );
		}
		parent::tearDown();
	}

	/**
	 * WordPress keeps capitals and a dot at the end; other code may have written what WordPress would not.
	 *
	 * @dataProvider spellings
	 */
	public function test_a_site_has_its_domain_however_it_is_written( string $stored, string $canonical ): void {
		$id = $this->create_site( 'shop' );
		$this->wpdb->update( $this->wpdb->blogs, array( 'domain' => $stored ), array( 'blog_id' => $id ) );
		$this->plugin->ledger()->unwant( $canonical, $id, Row_Source::CORE );
		clean_blog_cache( $id );
		$this->next_request();

		$this->assertSame( $id, $this->plugin->desired_domains()->wanted( array( $canonical ) )[ $canonical ]['blog_id'] );
		$this->assertTrue( $this->plugin->desired_domains()->is_of_another_site( $canonical, 1 ) );
		$this->assertFalse( $this->plugin->desired_domains()->is_of_another_site( $canonical, $id ) );

		$this->plugin->sync()->domain_removed( $canonical, $id, Row_Source::CORE );
		$this->run_due();
		$this->assertNotContains( "delete $canonical", $this->changes() );
		$this->assertSame( 'present', $this->row( $canonical )->wanted->value );
	}

	/** @return array<string, array{string, string}> */
	public function spellings(): array {
		return array(
			'capitals'             => array( 'Customer.Example', 'customer.example' ),
			'a dot at the end'     => array( 'customer.example.', 'customer.example' ),
			'both'                 => array( 'CUSTOMER.example.', 'customer.example' ),
			'as people write it'   => array( 'bücher.example', 'xn--bcher-kva.example' ),
			'and with a dot'       => array( 'bücher.example.', 'xn--bcher-kva.example' ),
		);
	}

	public function test_names_that_only_look_alike_to_the_database_are_two(): void {
		$id = $this->create_site( 'shop' );
		$this->wpdb->insert( $this->mappings, array( 'blog_id' => $id, 'domain' => 'bücher.example' ) );

		$this->assertSame( $id, $this->plugin->desired_domains()->wanted( array( 'xn--bcher-kva.example' ) )['xn--bcher-kva.example']['blog_id'] );
		$this->assertSame( array(), $this->plugin->desired_domains()->wanted( array( 'bucher.example' ) ) );
	}

	public function test_a_database_that_cannot_be_asked_for_mappings_does_not_say_that_there_are_none(): void {
		$id = $this->create_site( 'shop' );
		$this->wpdb->insert( $this->mappings, array( 'blog_id' => $id, 'domain' => 'mapped.example' ) );
		$this->plugin->sync()->domain_added( 'mapped.example', $id, Mercator::ID );
		$this->plugin->ledger()->unwant( 'mapped.example', $id, Mercator::ID );
		$this->next_request();

		add_filter( 'query', fn( string $sql ): string => 1 === preg_match( '/domain\\\\*_mapping/', $sql ) ? 'SELECT nothing FROM nowhere WHERE' : $sql );
		try {
			$this->plugin->desired_domains()->wants( 'mapped.example' );
			$this->fail( 'It was answered.' );
		} catch ( Database_Exception $e ) {
			$this->assertLessThanOrEqual( 300, mb_strlen( $e->getMessage() ) );
			$this->assertStringNotContainsString( "\n", $e->getMessage() );
		}
		$this->run_due();
		$this->assertNotContains( 'delete mapped.example', $this->changes() );

		remove_all_filters( 'query' );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertContains( 'mapped.example', $this->emulator->domains() );
		$this->assertSame( 'present', $this->row( 'mapped.example' )->wanted->value );
	}

	public function test_a_queued_action_for_a_domain_that_nobody_has_is_nothing(): void {
		$this->emulator->clear();
		do_action( 'wu_add_domain', 'foreign.example', 7 );
		do_action( 'wu_remove_domain', 'foreign.example', 7 );
		do_action( 'wu_add_domain', 'FOREIGN.example.', 7 );

		$this->assertSame( array(), $this->emulator->calls() );
		$this->assertNull( $this->row( 'foreign.example' ) );
	}

	public function test_a_name_is_found_as_people_write_it(): void {
		foreach ( array( 'bücher.example', 'shop.bücher.example', 'plain.example' ) as $domain ) {
			$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );
		}
		foreach ( array( 'bücher.example' => 3, 'BÜCHER' => 3, 'shop.bücher' => 1, 'Plain' => 2, 'xn--bcher' => 3, 'nichts' => 0, 'ü b' => 0, '' => 5 ) as $text => $found ) {
			$this->assertSame( $found, $this->plugin->ledger_search()->count( new \ClosteSync\Ledger\Ledger_Query( search: $this->plugin->domain_names()->searchable( $text ) ) ), $text );
		}
	}
}
