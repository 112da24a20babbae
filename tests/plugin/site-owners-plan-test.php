<?php
/**
 * Domains that the admins of sites add themselves, beside Ultimate Multisite.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Operations\Refusal;
use ClosteSync\Owners\Removal;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';
require_once __DIR__ . '/trait-owners-dns.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Site_Owners_Plan_Test extends Ultimate_Multisite_Test_Case {

	use Owners_Dns {
		setUp as private set_up_dns;
	}

	protected function setUp(): void {
		$this->set_up_dns();
		$this->site = $this->create_site( 'shop' );
		$this->next_request();
	}

	public function test_a_record_is_made_and_deleted(): void {
		$this->assertTrue( $this->add_by_pointing( 'mine.example' )->is_done() );
		$this->assertSame( $this->site, wu_get_domain_by_domain( 'mine.example' )->get_blog_id() );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
		$this->next_request();

		$this->assertSame( Refusal::IN_USE, $this->domains()->remove( $this->site, $this->sub( 'shop' ) )->code ?? null );
		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->end_request();
		$this->assertFalse( wu_get_domain_by_domain( 'mine.example' ) );
		$this->assertNotContains( 'mine.example', $this->emulator->domains() );
	}

	public function test_the_plan_of_the_site_limits_its_domains(): void {
		$this->set_plan( array( 'enabled' => false, 'limit' => null ) );
		$refusal = $this->domains()->add( $this->site, 'mine.example' )->refusal;
		$this->assertSame( array( Refusal::LIMIT, 'The plan of this site allows no more domains.' ), array( $refusal?->code, $refusal?->message ) );

		$this->set_plan( array( 'enabled' => true, 'limit' => '1' ) );
		$this->assertSame( 1, $this->domains()->left( $this->site ) );
		$this->domains()->add( $this->site, 'mine.example' );
		$this->assertSame( Refusal::LIMIT, $this->domains()->add( $this->site, 'another.example' )->refusal?->code );

		// A record that was made elsewhere uses it up, also for what was claimed before.
		wu_create_domain( array( 'blog_id' => $this->site, 'domain' => 'elsewhere.example' ) );
		$this->next_request();
		$this->assertSame( Refusal::LIMIT, $this->domains()->add( $this->site, 'mine.example' )->refusal?->code );

		foreach ( array( true, null, '' ) as $unlimited ) {
			$this->set_plan( array( 'enabled' => true, 'limit' => $unlimited ) );
			$this->assertSame( 1, $this->domains()->left( $this->site ), 'As the settings say, without the claim.' );
		}
	}

	/** @param array{enabled: bool, limit: mixed} $plan */
	private function set_plan( array $plan ): void {
		update_site_meta( $this->site, 'wu_double_plan', $plan );
		$this->next_request();
	}
}
