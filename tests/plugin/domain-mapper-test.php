<?php
/**
 * Domains that people give to sites, where WordPress itself serves them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Container;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Refusal;
use ClosteSync\Sources\Core\Core;
use ClosteSync\Sources\Core\Site_Address;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Domain_Mapper_Test extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();

		// The double of Mercator may be loaded, for other tests.
		$this->plugin = new class( $this->wpdb ) extends Container {
			public function sources(): Source_Registry {
				return new Source_Registry( new Core( $this ), new Ultimate_Multisite( $this ) );
			}
		};
	}

	public function test_who_hears_of_a_new_address_and_fails_leaves_the_site_that_is_at_work(): void {
		$id = $this->create_site( 'shop' );
		add_action(
			'update_option_siteurl',
			static function (): void {
				throw new \RuntimeException( 'Not this one.' );
			}
		);

		try {
			Site_Address::change( $id, 'customer.example' );
			$this->fail( 'It was not heard.' );
		} catch ( \RuntimeException ) {
			$this->assertSame( 1, get_current_blog_id() );
			$this->assertFalse( ms_is_switched() );
		}
	}

	public function test_the_domain_becomes_the_address_of_the_site(): void {
		$id = $this->create_site( 'shop' );

		$this->assertNull( $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Address ) );
		$this->end_request();

		$site = get_site( $id );
		$this->assertSame( array( 'customer.example', '/' ), array( $site->domain, $site->path ) );
		$this->assertSame( array( 'http://customer.example', 'http://customer.example' ), array( get_blog_option( $id, 'home' ), get_blog_option( $id, 'siteurl' ) ) );
		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assertSame( array( Row_Source::CORE, $id ), array( $this->row( 'customer.example' )->source, $this->row( 'customer.example' )->blog_id ) );
		$this->assertFalse( ms_is_switched() );
	}

	public function test_a_site_in_a_folder_gets_the_whole_domain_and_keeps_https_and_an_address_of_its_own(): void {
		$id = $this->create_site( $this->env( 'domain' ), '/shop/' );
		update_blog_option( $id, 'siteurl', 'https://' . $this->env( 'domain' ) . '/shop' );
		update_blog_option( $id, 'home', 'https://elsewhere.example' );

		$this->assertNull( $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Address ) );

		$this->assertSame( 'https://customer.example', get_blog_option( $id, 'siteurl' ) );
		$this->assertSame( 'https://elsewhere.example', get_blog_option( $id, 'home' ) );
		$this->assertSame( '/', get_site( $id )->path );
	}

	public function test_a_server_on_a_high_port_keeps_it(): void {
		$id       = $this->create_site( 'shop' );
		$add_port = static fn( string $url ): string => (string) preg_replace( '#^(http://[^/:]+)$#', '$1:8080', $url );
		add_filter( 'option_home', $add_port );
		add_filter( 'option_siteurl', $add_port );

		$this->assertNull( $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Address ) );

		foreach ( array( 'home', 'siteurl' ) as $option ) {
			$this->assertSame( 'http://customer.example:8080', get_blog_option( $id, $option ) );
		}
	}

	public function test_what_wordpress_refuses_is_said_in_its_words(): void {
		$id = $this->create_site( 'shop' );
		add_action( 'wp_validate_site_data', static fn( \WP_Error $errors ) => $errors->add( 'no', 'The moon is <b>full</b>.' ) );

		$refusal = $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Address );

		$this->assertSame( array( Refusal::FAILED, 'The moon is full.' ), array( $refusal?->code, $refusal?->message ) );
		$this->assertSame( $this->sub( 'shop' ), get_site( $id )->domain );
	}

	/**
	 * @testWith [[{"kind": "reject", "path": "/adddomainalias", "text": "No more domains on this plan"}], [], "No more domains on this plan"]
	 *           [[{"kind": "500", "path": "/adddomainalias"}], [], "Closte has not accepted customer.example"]
	 *           [[], {"enabled": false}, "no domain can be sent to Closte"]
	 */
	public function test_a_site_keeps_its_address_where_closte_does_not_take_the_new_one( array $faults, array $settings, string $said ): void {
		$id = $this->create_site( 'old.example' );
		$this->next_request();
		$this->emulator->fault( ...$faults );
		$this->set( $settings );
		$this->next_request();

		$refusal = $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Address );

		$this->assertSame( Refusal::FAILED, $refusal?->code );
		$this->assertStringContainsString( $said, $refusal->message );
		$this->emulator->fault();
		$this->next_request();
		$this->assertSame( 'old.example', get_site( $id )->domain );
		$this->assertNotContains( $this->stage( 'customer.example' ), array( 'pending', 'failed', 'checking-dns' ) );
		$this->assertSame( array( 'old.example', 'www.old.example' ), $this->emulator->domains() );
	}

	public function test_what_a_site_moved_to_and_moves_from_again_leaves_closte(): void {
		$id = $this->create_site( 'shop' );
		$this->plugin->domain_mapper()->add( 'one.example', $id, Add_Method::Address );
		$this->assertFalse( $this->row( 'one.example' )->by_hand );
		$this->next_request();
		$this->assertNull( $this->plugin->domain_mapper()->add( 'two.example', $id, Add_Method::Address ) );
		$this->next_request();

		$this->assertSame( array( 'two.example', 'www.two.example' ), $this->emulator->domains() );
	}

	public function test_what_was_registered_before_needs_no_second_call_and_stays_registered(): void {
		$id = $this->create_site( 'shop' );
		$this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Register );
		$this->next_request();
		$this->assertNull( $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Address ) );
		$this->next_request();

		$this->assertSame( array( 1, true ), array( count( array_keys( $this->changes(), 'add customer.example', true ) ), $this->row( 'customer.example' )->by_hand ) );
		$this->assertSame( 'customer.example', get_site( $id )->domain );
	}

	public function test_a_wildcard_is_only_registered_for_the_site(): void {
		$id     = $this->create_site( 'shop' );
		$mapper = $this->plugin->domain_mapper();

		$this->assertSame( Refusal::NOT_SERVED, $mapper->add( '*.customer.example', $id, Add_Method::Address )?->code );
		$this->assertNull( $mapper->add( '*.customer.example', $id, Add_Method::Register ) );

		$row = $this->row( '*.customer.example' );
		$this->assertSame( array( Row_Source::MANUAL, $id, true ), array( $row->source, $row->blog_id, $row->is_accepted() ) );
		$this->assertSame( $this->sub( 'shop' ), get_site( $id )->domain );
	}

	/** @dataProvider refused */
	public function test_it_is_refused_and_nothing_changes( string $domain, string $code, Add_Method $way, string $site ): void {
		$shop  = $this->create_site( 'shop' );
		$sites = array( 'shop' => $shop, 'taken' => $this->create_site( 'taken.example' ), 'main' => 1, 'none' => 0, 'unknown' => 9999 );
		$this->plugin->domain_mapper()->add( '*.by-hand.example', $sites['taken'], Add_Method::Register );
		$this->next_request();
		$calls = $this->emulator->calls();

		$refusal = $this->plugin->domain_mapper()->add( strtr( $domain, array( 'NETWORK' => $this->env( 'domain' ) ) ), $sites[ $site ], $way );

		$this->assertSame( $code, $refusal?->code, (string) $refusal?->message );
		$this->assertStringEndsWith( '.', $refusal->sentence() );
		$this->next_request();
		$this->assertSame( $calls, $this->emulator->calls() );
		$this->assertSame( $this->sub( 'shop' ), get_site( $shop )->domain );
	}

	/** @return array<string, array{string, string, Add_Method, string}> */
	public static function refused(): array {
		return array(
			'no name'                        => array( 'nothing', Refusal::INVALID, Add_Method::Address, 'shop' ),
			'an IP address'                  => array( '192.0.2.1', Refusal::INVALID, Add_Method::Register, 'shop' ),
			'the network'                    => array( 'NETWORK', Refusal::NETWORK, Add_Method::Address, 'shop' ),
			'of another site'                => array( 'taken.example', Refusal::TAKEN, Add_Method::Address, 'shop' ),
			'of another site, its www name'  => array( 'www.taken.example', Refusal::TAKEN, Add_Method::Register, 'shop' ),
			'of another site, by hand'       => array( '*.by-hand.example', Refusal::TAKEN, Add_Method::Register, 'shop' ),
			'of the site itself'             => array( 'shop.NETWORK', Refusal::ALREADY, Add_Method::Address, 'shop' ),
			'the main site'                  => array( 'customer.example', Refusal::NOT_SERVED, Add_Method::Address, 'main' ),
			'no site'                        => array( 'customer.example', Refusal::NO_SITE, Add_Method::Address, 'none' ),
			'an unknown site'                => array( 'customer.example', Refusal::NO_SITE, Add_Method::Address, 'unknown' ),
			'an unknown site, registered'    => array( 'customer.example', Refusal::NO_SITE, Add_Method::Register, 'unknown' ),
			'by a plugin that is not there'  => array( 'customer.example', Refusal::NOT_SERVED, Add_Method::Mapping, 'shop' ),
		);
	}

	public function test_a_subdomain_that_the_network_serves_needs_nothing(): void {
		$this->set( array( 'subdomains' => \ClosteSync\Settings\Subdomain_Handling::Never ) );

		$this->assertSame( Refusal::SERVED, $this->plugin->domain_mapper()->add( $this->sub( 'free' ), $this->create_site( 'shop' ), Add_Method::Address )?->code );
	}

	public function test_a_name_of_the_closte_application_is_protected(): void {
		$process = $this->start_php( 'define( "CLOSTE_APP_ID", "abcdef" ); echo ( new ClosteSync\\Container( $GLOBALS["wpdb"] ) )->domain_mapper()->add( "abcdef.customer.example", 1, ClosteSync\\Operations\\Add_Method::Register )->code;' );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( Refusal::PROTECTED, trim( $process->output() ) );
	}

	public function test_without_the_extension_nobody_can_check_the_name(): void {
		$id = $this->create_site( 'shop' );
		$this->lose_extension();

		$this->assertSame( Refusal::EXTENSION, $this->plugin->domain_mapper()->add( 'customer.example', $id, Add_Method::Register )?->code );
	}

	public function test_the_address_of_a_site_is_not_removed_and_what_was_registered_is(): void {
		$id     = $this->create_site( 'shop.example' );
		$mapper = $this->plugin->domain_mapper();
		$mapper->add( '*.customer.example', $id, Add_Method::Register );
		$rows = array( $this->row( 'shop.example' ), $this->row( 'www.shop.example' ), $this->row( '*.customer.example' ) );

		$this->assertSame( array( '*.customer.example' ), array_column( $mapper->removable( $rows ), 'domain' ) );
		$this->assertStringContainsString( 'is the address of site', (string) $mapper->remove( $rows[0] )?->message );
		$this->assertSame( Refusal::COMES_WITH, $mapper->remove( $rows[1] )?->code );
		$this->assertNull( $mapper->remove( $rows[2] ) );
		$this->end_request();

		$this->assertSame( array( 'shop.example', 'www.shop.example' ), $this->emulator->domains() );
	}

	public function test_what_a_mapping_plugin_has_that_is_not_active_is_removed_there(): void {
		$id = $this->create_site( 'shop' );
		$this->wpdb->insert( $this->make_mappings_table(), array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$row = $this->plugin->ledger()->want( 'customer.example', $id, 'ultimate-multisite' );

		$this->assertSame( array(), $this->plugin->domain_mapper()->removable( array( $row ) ) );
		$this->assertSame( Refusal::IN_USE, $this->plugin->domain_mapper()->remove( $row )?->code );

		$this->wpdb->query( "DROP TABLE {$this->wpdb->base_prefix}wu_domain_mappings" );
	}
}
