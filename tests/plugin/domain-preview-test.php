<?php
/**
 * What is said of a domain before it is added.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Container;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Operations\Refusal;
use ClosteSync\Sources\Core\Core;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Domain_Preview_Test extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();

		// The double of Mercator may be loaded, for other tests.
		$this->plugin = new class( $this->wpdb ) extends Container {
			public function sources(): Source_Registry {
				return new Source_Registry( new Core( $this ) );
			}
		};
	}

	/** @dataProvider spellings */
	public function test_any_spelling_and_a_pasted_address_are_the_same_domain( string $typed, string $domain ): void {
		$preview = $this->plugin->domain_preview()->of( $typed, 1 );

		$this->assertSame( array( $domain, null ), array( $preview->domain, $preview->refusal ) );
	}

	/** @return array<string, array{string, string}> */
	public static function spellings(): array {
		return array(
			'as it is'      => array( 'customer.example', 'customer.example' ),
			'capitals'      => array( 'Customer.EXAMPLE', 'customer.example' ),
			'a dot'         => array( 'customer.example.', 'customer.example' ),
			'white space'   => array( "  customer.example\n", 'customer.example' ),
			'an address'    => array( 'https://user@Customer.example:8443/shop/?page=1#top', 'customer.example' ),
			'a path'        => array( 'customer.example/shop', 'customer.example' ),
			'no scheme'     => array( '//customer.example', 'customer.example' ),
			'unicode'       => array( 'https://Bücher.example/', 'xn--bcher-kva.example' ),
			'a wildcard'    => array( '*.customer.example', '*.customer.example' ),
		);
	}

	public function test_the_name_is_shown_as_people_write_it_with_the_www_name_that_comes_along(): void {
		$preview = $this->plugin->domain_preview()->of( 'bücher.example', 1 );

		$this->assertSame( array( 'bücher.example (xn--bcher-kva.example)', 'www.xn--bcher-kva.example' ), array( $preview->shown, $preview->www ) );

		$this->set( array( 'www' => \ClosteSync\Settings\Www_Handling::Never ) );
		$this->assertNull( $this->plugin->domain_preview()->of( 'bücher.example', 1 )->www );
	}

	public function test_who_has_it_is_said(): void {
		$id      = $this->create_site( 'taken.example' );
		$preview = $this->plugin->domain_preview()->of( 'https://www.taken.example/', $this->create_site( 'shop' ) );

		$this->assertSame( array( Refusal::TAKEN, $id, null ), array( $preview->refusal?->code, $preview->owner, $preview->www ) );
		$this->assertStringContainsString( "site $id (taken.example)", (string) $preview->refusal?->message );
	}

	public function test_no_way_promises_what_wordpress_would_not_serve(): void {
		$id       = $this->create_site( 'shop' );
		$refusals = fn( string $domain, int $site ): array => array_map( static fn( Add_Option $offer ): ?string => $offer->refusal?->code, $this->plugin->domain_preview()->of( $domain, $site )->offers );

		$this->assertSame( array( null, null ), $refusals( 'customer.example', $id ) );
		$this->assertSame( array( Refusal::NOT_SERVED, null ), $refusals( '*.customer.example', $id ) );
		$this->assertSame( array( Refusal::NOT_SERVED, null ), $refusals( 'customer.example', 1 ) );
		$this->assertSame( array( Refusal::NO_SITE, null ), $refusals( 'customer.example', 0 ) );

		$offer = $this->plugin->domain_preview()->of( 'www.customer.example', $id )->offers[0];
		$this->assertSame( Add_Method::Address, $offer->way );
		$this->assertStringContainsString( 'The site moves from ' . $this->sub( 'shop' ) . ' to www.customer.example', $offer->description );
		$this->assertStringContainsString( 'WordPress does not serve customer.example then.', $offer->description );
	}

	public function test_dns_is_looked_up_as_checks_do_and_closte_is_not_called(): void {
		$this->set( array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( '127.0.0.1:9' ) ) );
		$preview = $this->plugin->domain_preview();
		$begun   = microtime( true );
		$dns     = $preview->dns( $preview->of( 'customer.example', 1 ) );

		$this->assertSame( array( 'unknown', false ), array( $dns->state, $dns->is_ready ) );
		$this->assertLessThan( 30.0, microtime( true ) - $begun );
		$this->assertSame( array(), $this->emulator->calls() );
		$this->assertNull( $this->row( 'customer.example' ) );
	}
}
