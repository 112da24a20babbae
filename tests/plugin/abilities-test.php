<?php
/**
 * What assistants and other programs may do through WordPress's Abilities API.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-rest-test-case.php';

final class Abilities_Test extends Rest_Test_Case {

	private const NAMES = array( 'list-domains', 'get-domain', 'check-domain', 'add-domain', 'remove-domain', 'sync' );

	public function test_a_domain_is_added_listed_checked_and_removed(): void {
		$this->log_in( 'super' );
		$added = $this->execute( 'add-domain', array( 'domain' => '*.hand.example' ) );
		self::assertSame( '*.hand.example', $added['domain'] );
		self::assertContains( '*.hand.example', $this->emulator->domains() );

		$listed = $this->execute( 'list-domains' );
		self::assertContains( '*.hand.example', array_column( $listed['domains'], 'domain' ) );
		self::assertSame( array( count( $listed['domains'] ), null ), array( $listed['total'], $listed['next'] ) );
		self::assertSame( array(), $this->execute( 'list-domains', array( 'state' => array( 'working' ) ) )['domains'] );

		// As a query string has it.
		$id = (string) $added['id'];
		self::assertSame( '*.hand.example', $this->execute( 'get-domain', array( 'id' => $id ) )['domain'] );
		self::assertSame( '*.hand.example', $this->execute( 'check-domain', array( 'id' => $id ) )['domain'] );
		self::assertTrue( $this->execute( 'remove-domain', array( 'id' => $id ) )['deleted'] );
		self::assertSame( array(), $this->emulator->domains() );
		self::assertSame( 'closte_sync_domain_not_found', $this->execute( 'get-domain', array( 'id' => $id ) )->get_error_code() );
		self::assertTrue( $this->execute( 'sync', array( 'dry_run' => true ) )['finished'] );
	}

	public function test_what_a_site_uses_is_refused_with_what_to_do(): void {
		$this->create_site( 'shop.example' );
		$this->log_in( 'super' );
		$error = $this->execute( 'remove-domain', array( 'id' => $this->row( 'shop.example' )->id ) );

		self::assertSame( 'closte_sync_in_use', $error->get_error_code() );
		self::assertStringContainsString( 'shop.example is in use by site', $error->get_error_message() );
	}

	/** @dataProvider outsiders */
	public function test_who_may_not_use_the_network_screens_may_not_use_abilities( string $role ): void {
		$this->log_in( $role );

		foreach ( self::NAMES as $name ) {
			self::assertFalse( $this->ability( $name )->check_permissions( array( 'id' => 1, 'domain' => 'a.example' ) ), $name );
		}

		self::assertSame( 'ability_invalid_permissions', $this->execute( 'list-domains' )->get_error_code() );
	}

	public function test_wrong_input_is_refused(): void {
		$this->log_in( 'super' );

		foreach ( array( 'get-domain' => array(), 'add-domain' => array( 'domain' => 'a.example', 'odd' => 1 ), 'list-domains' => array( 'state' => array( 'odd' ) ) ) as $name => $input ) {
			self::assertSame( 'ability_invalid_input', $this->execute( $name, $input )->get_error_code(), $name );
		}
	}

	public function test_what_an_ability_does_is_told(): void {
		foreach ( self::NAMES as $name ) {
			$meta = $this->ability( $name )->get_meta();

			self::assertTrue( $meta['show_in_rest'], $name );
			self::assertSame( in_array( $name, array( 'list-domains', 'get-domain' ), true ), $meta['annotations']['readonly'], $name );
			self::assertSame( 'remove-domain' === $name, $meta['annotations']['destructive'], $name );
			self::assertSame( 'closte-sync', $this->ability( $name )->get_category() );
			self::assertNotSame( array(), $this->ability( $name )->get_input_schema() );
		}
	}

	public function test_rest_runs_an_ability(): void {
		$this->log_in( 'super' );
		$response = rest_do_request( new \WP_REST_Request( 'GET', '/wp-abilities/v1/abilities/closte-sync/list-domains/run' ) );

		self::assertSame( 200, $response->get_status() );
		self::assertSame( array( 'domains', 'total', 'next' ), array_keys( $response->get_data() ) );
	}

	private function ability( string $name ): \WP_Ability {
		if ( ! function_exists( 'wp_get_ability' ) ) {
			self::markTestSkipped( 'This WordPress has no abilities.' );
		}

		return wp_get_ability( "closte-sync/$name" );
	}

	/**
	 * @param ?array<string, mixed> $input
	 * @return array<string, mixed>|\WP_Error
	 */
	private function execute( string $name, ?array $input = null ): array|\WP_Error {
		return $this->ability( $name )->execute( $input );
	}
}
