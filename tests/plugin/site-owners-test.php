<?php
/**
 * Domains that the admins of sites add themselves, where a plugin maps them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Refusal;
use ClosteSync\Owners\Ownership_Claims;
use ClosteSync\Owners\Removal;
use Mercator\Mapping;

require_once __DIR__ . '/class-plugin-test-case.php';
require_once __DIR__ . '/trait-owners-dns.php';
require_once dirname( __DIR__ ) . '/support/class-site-contents.php';

final class Site_Owners_Test extends Plugin_Test_Case {

	use Owners_Dns {
		setUp as private set_up_dns;
	}

	public static function setUpBeforeClass(): void {
		require_once dirname( __DIR__ ) . '/support/doubles/mercator/class-mapping.php';
	}

	protected function setUp(): void {
		$this->set_up_dns();
		Mapping::install();
		$this->site = $this->create_site( 'shop' );
		$this->next_request();
	}

	public function test_a_domain_that_points_here_since_it_was_claimed_is_added(): void {
		$this->assertSame( 'mine.example', $this->domains()->add( $this->site, 'https://Mine.example/' )->claim?->domain );
		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
		$this->assertTrue( $this->domains()->accepts_pointing( $this->site, $this->domains()->claims( $this->site )[0] ) );

		$this->dns_says( 'mine.example=127.0.0.1' );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );

		$this->assertSame( $this->site, Mapping::get_by_domain( 'mine.example' )->get_site_id() );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );
		$this->assertSame( 1, $this->domains()->left( $this->site ) );
	}

	public function test_nothing_is_sent_before_a_record_proves_that_it_is_theirs(): void {
		$calls = $this->emulator->calls();
		$claim = $this->domains()->add( $this->site, 'mine.example' )->claim;
		$this->assertSame( '_closte-sync.mine.example', $claim?->record_name() );

		$this->dns_says( '_closte-sync.mine.example="another' );
		$this->assertFalse( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
		$this->assertNull( $this->row( 'mine.example' ) );
		$this->assertSame( $calls, $this->emulator->calls() );

		$this->dns_says( "_closte-sync.mine.example=\"$claim->token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
	}

	public function test_what_pointed_here_when_it_was_claimed_needs_the_record(): void {
		foreach ( array( 'customer.example', 'pay.another.example' ) as $domain ) {
			$this->dns_says( "$domain=127.0.0.1" );
			$this->assertFalse( $this->domains()->add( $this->site, $domain )->is_done() );
			$claim = $this->domains()->claims( $this->site )[0];
			$this->assertFalse( $this->domains()->accepts_pointing( $this->site, $claim ) );
			$this->assertFalse( $this->domains()->add( $this->site, $domain )->is_done() );

			$this->dns_says( "$domain=127.0.0.1", "_closte-sync.$domain=\"$claim->token" );
			$this->assertTrue( $this->domains()->add( $this->site, $domain )->is_done() );
		}
	}

	public function test_dns_that_did_not_answer_when_it_was_claimed_counts_as_pointing_here(): void {
		$this->set( array( 'resolvers' => array( '127.0.0.1:9' ) ) );
		$this->next_request();
		$this->domains()->add( $this->site, 'mine.example' );

		$this->dns_says( 'mine.example=127.0.0.1' );
		$this->assertFalse( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
	}

	public function test_where_others_have_a_row_only_the_record_counts(): void {
		$this->set( array( 'owner_limit' => 9 ) );
		$ledger  = $this->plugin->ledger();
		$another = $this->create_site( 'other' );
		// By the domain that is claimed: the row that is there, its site, and whether it is retired.
		$cases   = array(
			'nobody.example'   => array( 'nobody.example', 0, false ),
			'pay.wild.example' => array( '*.wild.example', 0, false ),
			'retired.example'  => array( 'retired.example', 0, true ),
			'mine.example'     => array( 'mine.example', $this->site, true ),
			'a.beside.example' => array( 'b.beside.example', $another, false ),
			'a.ex.example'     => array( 'b.ex.example', $another, true ),
		);

		foreach ( $cases as list( $domain, $blog_id, $is_retired ) ) {
			$ledger->want( $domain, $blog_id, Row_Source::MANUAL );
			$is_retired && $ledger->retire( $this->row( $domain ) );
		}

		$add     = fn( string $domain ): bool => $this->domains()->add( $this->site, $domain )->is_done();
		$domains = array_keys( $cases );
		$this->assertSame( array(), array_filter( $domains, $add ) );

		$this->dns_says( ...array_map( static fn( string $domain ): string => "$domain=127.0.0.1", $domains ) );
		$this->assertSame( array(), array_filter( $domains, $add ) );
		$this->assertNull( Mapping::get_by_domain( 'nobody.example' ) );

		$this->dns_says( ...array_map( static fn( $claim ): string => $claim->record_name() . "=\"$claim->token", $this->domains()->claims( $this->site ) ) );
		$this->assertSame( $domains, array_filter( $domains, $add ) );
	}

	public function test_a_foreign_alias_needs_the_record_and_stays_when_it_is_removed(): void {
		$this->emulator->set_domains( array( 'mine.example' ) );
		$this->assertFalse( $this->add_by_pointing( 'mine.example' )->is_done() );
		$claim = $this->domains()->claims( $this->site )[0];
		$this->assertTrue( $claim->needs_record, 'The screen says so from then on.' );
		$this->assertNull( $this->row( 'mine.example' ) );

		$this->dns_says( "_closte-sync.mine.example=\"$claim->token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->end_request();

		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
		$this->assertSame( 0, $this->row( 'mine.example' )?->blog_id );
	}

	public function test_a_foreign_wildcard_above_it_needs_the_record_too_and_is_left_alone(): void {
		$this->emulator->set_domains( array( '*.customer.example' ) );
		$this->assertFalse( $this->add_by_pointing( 'pay.customer.example' )->is_done() );

		$token = $this->domains()->claims( $this->site )[0]->token;
		$this->dns_says( "_closte-sync.pay.customer.example=\"$token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'pay.customer.example' )->is_done() );
		$this->assertNull( $this->row( '*.customer.example' ) );

		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'pay.customer.example' ) );
		$this->end_request();
		$this->assertSame( array( '*.customer.example' ), $this->emulator->domains() );
	}

	public function test_while_closte_cannot_be_asked_nothing_is_added(): void {
		$this->domains()->add( $this->site, 'mine.example' );
		$this->dns_says( 'mine.example=127.0.0.1' );
		$this->set( array( 'enabled' => false ) );
		$this->next_request();

		$this->assertSame( Refusal::FAILED, $this->domains()->add( $this->site, 'mine.example' )->refusal?->code );
		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
	}

	public function test_the_token_of_one_site_is_none_for_another(): void {
		$other = $this->create_site( 'other' );
		$first = $this->domains()->add( $this->site, 'mine.example' )->claim->token;
		$this->domains()->add( $other, 'mine.example' );
		$this->dns_says( "_closte-sync.mine.example=\"$first" );

		$this->assertFalse( $this->domains()->add( $other, 'mine.example' )->is_done() );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
	}

	public function test_where_several_sites_claim_names_of_one_owner_only_the_record_counts(): void {
		$other = $this->create_site( 'other' );
		$this->domains()->add( $this->site, 'customer.example' );
		$this->domains()->add( $this->site, 'notcustomer.example' );
		$this->assertTrue( $this->domains()->add( $other, 'pay.customer.example' )->claim?->needs_record );
		$this->dns_says( 'customer.example=127.0.0.1', 'pay.customer.example=127.0.0.1', 'notcustomer.example=127.0.0.1' );

		$this->assertFalse( $this->domains()->add( $this->site, 'customer.example' )->is_done() );
		$this->assertFalse( $this->domains()->add( $other, 'pay.customer.example' )->is_done() );
		$this->assertTrue( $this->domains()->add( $this->site, 'notcustomer.example' )->is_done() );

		$this->assertSame( Removal::Canceled, $this->domains()->remove( $other, 'pay.customer.example' ) );
		$claim = $this->domains()->add( $this->site, 'customer.example' )->claim;
		$this->assertTrue( $claim?->needs_record, 'It stays so.' );

		$this->dns_says( "_closte-sync.customer.example=\"$claim->token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'customer.example' )->is_done() );
	}

	public function test_the_owner_of_a_duplicated_site_has_no_claim_of_the_originals(): void {
		$claim = $this->domains()->add( $this->site, 'mine.example' )->claim;
		$copy  = $this->create_site( 'copy' );
		Site_Contents::copy( $this->site, $copy );
		$this->next_request();
		$this->assertSame( array(), $this->domains()->claims( $copy ) );

		$this->dns_says( "_closte-sync.mine.example=\"$claim->token" );
		$this->assertFalse( $this->domains()->add( $copy, 'mine.example' )->is_done() );
		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
		$this->assertCount( 1, get_site_meta( $copy, Ownership_Claims::META ), 'Its own alone' );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
	}

	public function test_a_claim_that_is_over_is_in_nobodys_way(): void {
		$other  = $this->create_site( 'other' );
		$claims = new Ownership_Claims( $this->plugin->database() );
		$claims->make( $other, 'mine.example', false );
		$stored = get_site_meta( $other, Ownership_Claims::META, true );
		update_site_meta( $other, Ownership_Claims::META, array( 'made' => $stored['made'] - 31 * DAY_IN_SECONDS ) + $stored );

		$this->assertTrue( $this->add_by_pointing( 'mine.example' )->is_done() );
	}

	public function test_no_more_than_the_limit_also_of_claims(): void {
		$this->add_by_record( 'one.example' );
		$this->domains()->add( $this->site, 'two.example' );
		$refusal = $this->domains()->add( $this->site, 'three.example' )->refusal;

		$this->assertSame( array( Refusal::LIMIT, 'This site can have 2 domains.' ), array( $refusal?->code, $refusal?->message ) );
		$this->assertNull( $this->domains()->add( $this->site, 'two.example' )->refusal, 'What is claimed may be looked at again.' );
		$this->assertSame( Removal::Canceled, $this->domains()->remove( $this->site, 'two.example' ) );
		$this->assertNull( $this->domains()->add( $this->site, 'three.example' )->refusal );
	}

	public function test_claims_made_at_the_same_time_keep_to_the_limit(): void {
		$this->set( array( 'owner_limit' => 1 ) );
		$this->next_request();
		$claims = new Ownership_Claims( $this->plugin->database() );
		$other  = function ( mixed $given, int $blog_id, string $key ) use ( $claims, &$other ): mixed {
			if ( Ownership_Claims::META === $key ) {
				remove_filter( 'add_blog_metadata', $other );
				$claims->make( $blog_id, 'first.example', true );
			}

			return $given;
		};
		add_filter( 'add_blog_metadata', $other, 10, 3 );

		$this->assertSame( Refusal::LIMIT, $this->domains()->add( $this->site, 'second.example' )->refusal?->code );
		$this->assertSame( array( 'first.example' ), array_keys( $claims->of( $this->site ) ) );
	}

	public function test_what_the_network_gave_to_the_site_does_not_count_and_is_not_removable(): void {
		$this->set( array( 'owner_limit' => 1 ) );
		$mapper = $this->plugin->domain_mapper();
		$mapper->add( '*.customer.example', $this->site, Add_Method::Register );
		$mapper->add( 'given.example', $this->site, Add_Method::Register );
		$mapper->add( 'mapped.example', $this->site, Add_Method::Mapping );
		$this->next_request();

		$this->assertSame( array(), $this->removable() );
		$this->assertSame( Refusal::ALREADY, $this->domains()->add( $this->site, 'given.example' )->refusal?->code );

		foreach ( array( '*.customer.example', 'given.example', 'mapped.example', $this->sub( 'shop' ) ) as $domain ) {
			$this->assertSame( Refusal::IN_USE, $this->domains()->remove( $this->site, $domain )->code ?? null, $domain );
		}

		$this->assertSame( 1, $this->domains()->left( $this->site ) );
		$this->assertTrue( $this->add_by_record( 'mine.example' )->is_done() );
		$this->assertSame( array( 'mine.example' ), $this->removable() );
		$this->assertContains( 'given.example', $this->emulator->domains() );
	}

	public function test_a_domain_that_the_network_adds_anew_is_not_theirs_any_longer(): void {
		$this->add_by_record( 'mine.example' );
		Mapping::get_by_domain( 'mine.example' )->delete();
		$this->next_request();
		$this->assertNull( $this->row( 'mine.example' ) );

		$this->plugin->domain_mapper()->add( 'mine.example', $this->site, Add_Method::Mapping );
		$this->assertSame( array(), $this->removable() );
	}

	public function test_what_others_have_is_refused_without_a_word_about_them(): void {
		Mapping::create( $this->create_site( 'secretname' ), 'taken.example', true );
		$this->next_request();

		foreach ( array( 'taken.example', 'www.taken.example', get_network()->domain, $this->sub( 'secretname' ), $this->sub( 'login' ), $this->sub( 'a.b' ) ) as $domain ) {
			$refusal = $this->domains()->add( $this->site, $domain )->refusal;

			$this->assertSame( Refusal::TAKEN, $refusal?->code, $domain );
			$this->assertSame( 'This domain cannot be added: it is in use already. Enter another domain. If this one is yours, ask a network admin.', $refusal->sentence() );
		}

		$this->assertSame( array(), $this->domains()->claims( $this->site ) );
	}

	public function test_what_shares_the_registrable_domain_of_any_network_is_refused(): void {
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'sites.provider.example', 'path' => '/' ) );
		$this->next_request();

		foreach ( array( 'provider.example', 'pay.provider.example', 'a.sites.provider.example' ) as $domain ) {
			$this->assertSame( Refusal::TAKEN, $this->domains()->add( $this->site, $domain )->refusal?->code, $domain );
		}
	}

	public function test_wildcards_and_what_is_no_name_are_refused(): void {
		$this->assertSame( Refusal::NOT_SERVED, $this->domains()->add( $this->site, '*.mine.example' )->refusal?->code );
		$this->assertSame( Refusal::INVALID, $this->domains()->add( $this->site, '192.0.2.1' )->refusal?->code );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );
	}

	public function test_the_owner_of_a_duplicated_site_may_not_remove_what_the_originals_owner_added(): void {
		$this->dns_says( '_closte-sync.mine.example="' . $this->domains()->add( $this->site, 'mine.example' )->claim->token );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
		$copy = $this->create_site( 'copy' );
		Site_Contents::copy( $this->site, $copy );
		$own = new Owner_Added_Domains();
		$this->assertTrue( $own->has( $this->row( 'mine.example' ) ) );

		$this->set_rows( "blog_id = $copy", 'mine.example' );
		$this->assertFalse( $own->has( $this->row( 'mine.example' ) ), 'An admin gave it to the copy.' );
	}

	public function test_only_their_own_is_removed_and_nothing_is_said_of_other_sites(): void {
		Mapping::create( $this->create_site( 'other' ), 'taken.example', true );
		$this->add_by_record( 'mine.example' );
		$this->next_request();

		$this->assertSame( Removal::NotThere, $this->domains()->remove( $this->site, 'taken.example' ) );
		$this->assertSame( Removal::NotThere, $this->domains()->remove( $this->site, 'nobody.example' ) );
		$this->assertNotNull( Mapping::get_by_domain( 'taken.example' ) );

		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->end_request();
		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
		$this->assertNotContains( 'mine.example', $this->emulator->domains() );
		$this->assertContains( 'taken.example', $this->emulator->domains() );
	}

	public function test_claims_end_and_what_is_odd_is_none(): void {
		$this->domains()->add( $this->site, 'mine.example' );
		$stored = get_site_meta( $this->site, Ownership_Claims::META, true );
		update_site_meta( $this->site, Ownership_Claims::META, array( 'made' => $stored['made'] - 31 * DAY_IN_SECONDS ) + $stored );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );

		update_site_meta( $this->site, Ownership_Claims::META, array( 'odd' => 1, 'domain' => 'odd.example', 'token' => 5 ) );
		add_site_meta( $this->site, Ownership_Claims::META, 'odd' );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );

		$this->domains()->add( $this->site, 'mine.example' );
		$this->assertCount( 1, get_site_meta( $this->site, Ownership_Claims::META ), 'What was odd or over is gone.' );
	}

	public function test_a_claim_that_cannot_be_kept_is_refused(): void {
		add_filter( 'add_blog_metadata', static fn( mixed $given, int $id, string $key ): mixed => Ownership_Claims::META === $key ? false : $given, 10, 3 );
		$this->assertSame( Refusal::FAILED, $this->domains()->add( $this->site, 'mine.example' )->refusal?->code );
	}

	public function test_what_cannot_be_noted_as_theirs_is_not_added(): void {
		$this->refuse_note( 'add' );
		$this->assertSame( Refusal::FAILED, $this->add_by_record( 'mine.example' )->refusal?->code );
		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
		$this->assertNotContains( 'mine.example', $this->emulator->domains() );
	}

	/** @dataProvider what_follows */
	public function test_what_was_added_becomes_theirs_when_the_request_ended_too_early( bool $is_removed ): void {
		$this->emulator->set_domains( array( 'mine.example' ) );
		$accept = $this->refuse_note( 'update' );
		$this->add_by_record( 'mine.example' );
		$this->next_request();
		$accept();
		$this->assertSame( array(), $this->removable() );

		if ( ! $is_removed ) {
			$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
			$this->assertSame( array( array( 'mine.example' ), array() ), array( $this->removable(), $this->domains()->claims( $this->site ) ) );
		}

		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->end_request();
		$this->assertSame( array(), get_site_meta( $this->site, Owner_Added_Domains::META ) );
		$this->assertNull( Mapping::get_by_domain( 'mine.example' ) );
		$this->assertContains( 'mine.example', $this->emulator->domains(), 'It was there before.' );
	}

	/** @return array<string, array{bool}> */
	public static function what_follows(): array {
		return array(
			'it is added again' => array( false ),
			'it is removed'     => array( true ),
		);
	}

	public function test_what_the_network_gave_to_the_site_meanwhile_settles_its_claim(): void {
		$this->domains()->add( $this->site, 'mine.example' );
		$this->plugin->domain_mapper()->add( 'mine.example', $this->site, Add_Method::Mapping );

		$this->assertSame( Refusal::ALREADY, $this->domains()->add( $this->site, 'mine.example' )->refusal?->code );
		$this->assertSame( array( array(), array() ), array( $this->removable(), $this->domains()->claims( $this->site ) ) );
	}

	public function test_a_mapping_that_fails_leaves_the_domain_as_it_was(): void {
		$this->emulator->set_domains( array( 'mine.example' ) );
		add_filter( 'query', static fn( string $query ): string => str_starts_with( $query, 'INSERT INTO' ) && str_contains( $query, '`active`' ) ? '' : $query );
		$this->assertSame( Refusal::FAILED, $this->add_by_record( 'mine.example' )->refusal?->code );
		$this->next_request();

		$this->assertNull( $this->row( 'mine.example' ) );
		$this->assertSame( array( 1, array() ), array( count( $this->domains()->claims( $this->site ) ), get_site_meta( $this->site, Owner_Added_Domains::META ) ) );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
	}

	/** @return \Closure(): void Has them accepted again. */
	private function refuse_note( string $way ): \Closure {
		$refuse = static fn( mixed $given, int $id, string $key ): mixed => Owner_Added_Domains::META === $key ? false : $given;
		add_filter( "{$way}_blog_metadata", $refuse, 10, 3 );

		return static fn() => remove_filter( "{$way}_blog_metadata", $refuse );
	}

	public function test_without_a_table_for_it_every_claim_is_refused(): void {
		$there = get_network_option( get_main_network_id(), 'site_meta_supported' );
		add_filter( 'pre_site_option_site_meta_supported', '__return_zero' );
		$this->assertNotNull( $there );

		$this->assertSame( Refusal::FAILED, $this->domains()->add( $this->site, 'mine.example' )->refusal?->code );
		$this->assertSame( 2, $this->domains()->left( $this->site ) );
	}

	public function test_a_wanted_row_of_nobody_is_given_back_to_nobody(): void {
		$this->plugin->domain_mapper()->add( 'mine.example', 0, Add_Method::Register );
		$this->next_request();
		$this->assertTrue( $this->add_by_record( 'mine.example' )->is_done() );
		$this->assertSame( $this->site, $this->row( 'mine.example' )?->blog_id );
		$this->next_request();

		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->next_request();
		$this->assertSame( array( 0, Wanted::Present ), array( $this->row( 'mine.example' )?->blog_id, $this->row( 'mine.example' )->wanted ) );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
	}
}
