<?php
/**
 * The REST API, called as WordPress calls it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Settings\Permission;

require_once __DIR__ . '/class-rest-test-case.php';

final class Rest_Test extends Rest_Test_Case {

	/** @dataProvider outsiders */
	public function test_who_may_not_use_the_network_screens_is_refused( string $role ): void {
		$row = $this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$this->log_in( $role );

		foreach ( $this->routes() as list( $method, $route ) ) {
			$response = $this->ask( $method, str_replace( '<id>', (string) $row->id, $route ), array( 'domain' => 'x.example', 'ids' => array( $row->id ) ) );

			self::assertSame( '' === $role ? 401 : 403, $response->get_status(), "$method $route" );
			self::assertSame( 'rest_forbidden', $response->get_data()['code'] );
		}

		self::assertNotNull( $this->row( 'hand.example' ) );
		self::assertNull( $this->row( 'x.example' ) );
		self::assertSame( array(), $this->emulator->journal() );
	}

	public function test_each_route_describes_itself(): void {
		$this->log_in( 'super' );

		foreach ( $this->routes() as list( $method, $route ) ) {
			$described = $this->ask( 'OPTIONS', str_replace( '<id>', '1', $route ) )->get_data();

			self::assertContains( $method, $described['methods'], $route );
			self::assertSame( 'object', $described['schema']['type'], $route );
		}
	}

	public function test_a_domain_has_all_fields_of_its_schema_and_no_other(): void {
		$id = $this->create_site( 'shop.example' );
		$this->log_in( 'super' );
		$response = $this->ask( 'GET', '/domains/' . $this->row( 'shop.example' )->id );
		$item     = $response->get_data();

		self::assertSame( 200, $response->get_status() );
		self::assertSame( array_keys( $this->schema( '/domains/1' )['properties'] ), array_keys( $item ) );
		$this->assert_valid( $item, '/domains/1' );
		self::assertSame( array( 'shop.example', $id, 'http://shop.example/', 'core' ), array( $item['domain'], $item['site']['id'], $item['site']['url'], $item['source'] ) );
		self::assertMatchesRegularExpression( '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $item['created_at'] );
		self::assertNull( $item['certificate']['expires_at'] );
		self::assertStringEndsWith( '/domains/' . $item['id'], $response->get_links()['self'][0]['href'] );

		$embedded = $this->ask( 'GET', '/domains/' . $item['id'], array( 'context' => 'embed' ) )->get_data();
		self::assertSame( array( 'id', 'domain', 'state', 'records' ), array_keys( $embedded ) );
		self::assertSame( 404, $this->ask( 'GET', '/domains/999999' )->get_status() );
		self::assertSame( 404, $this->ask( 'GET', '/domains/0' )->get_status() );
	}

	public function test_a_row_that_cannot_be_read_is_valid_too(): void {
		$this->log_in( 'super' );
		$row = $this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$this->set_rows( "stage = 'future', dns_state = 'odd'" );
		$item = $this->ask( 'GET', "/domains/$row->id" )->get_data();

		$this->assert_valid( $item, '/domains/1' );
		self::assertSame( array( 'unreadable', 'network-must-act' ), array( $item['stage'], $item['state'] ) );
	}

	public function test_records_of_problems_are_given(): void {
		$this->log_in( 'super' );
		$row     = $this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$records = array( array( 'action' => 'delete', 'type' => 'AAAA', 'name' => 'hand.example', 'value' => '2001:db8::1' ) );
		$problem = array( 'code' => 'wrong-aaaa', 'severity' => 'blocks', 'message' => 'Wrong.', 'values' => array(), 'records' => $records );
		$this->set_rows( "stage = 'checking-dns', next_call = '', state = 'owner-must-act', dns_state = 'elsewhere', problems = '" . wp_json_encode( array( $problem ) ) . "'" );
		$item = $this->ask( 'GET', "/domains/$row->id" )->get_data();

		$this->assert_valid( $item, '/domains/1' );
		self::assertSame( $records, $item['records'] );
		self::assertSame( $records, $item['problems'][0]['records'] );
		self::assertSame( 'owner-must-act', $item['state'] );
	}

	public function test_pages_follow_each_other_by_the_last_id(): void {
		$this->log_in( 'super' );

		for ( $i = 0; $i < 5; $i++ ) {
			$this->plugin->ledger()->want( "hand-$i.example", 0, Row_Source::MANUAL );
		}

		$seen  = array();
		$after = 0;

		do {
			$response = $this->ask( 'GET', '/domains', array( 'per_page' => 2, 'after' => $after, 'search' => 'hand-' ) );
			$items    = $response->get_data();
			$links    = (string) ( $response->get_headers()['Link'] ?? '' );
			$seen     = array( ...$seen, ...array_column( $items, 'domain' ) );
			$after    = end( $items )['id'];

			self::assertSame( array( '5', '3' ), array( $response->get_headers()['X-WP-Total'], $response->get_headers()['X-WP-TotalPages'] ) );
			array_map( fn( array $item ) => $this->assert_valid( $item, '/domains' ), $items );
		} while ( str_contains( $links, "after=$after" ) && str_contains( $links, 'search=hand-' ) && str_contains( $links, 'rel="next"' ) );

		self::assertSame( array( 'hand-0.example', 'hand-1.example', 'hand-2.example', 'hand-3.example', 'hand-4.example' ), $seen );
		self::assertSame( 400, $this->ask( 'GET', '/domains', array( 'per_page' => 101 ) )->get_status() );
	}

	public function test_filters(): void {
		$this->log_in( 'super' );
		$id = $this->create_site( 'shop.example' );
		$this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$this->set_rows( "state = 'owner-must-act'", 'hand.example' );

		$filters = array(
			array( array( 'state' => 'owner-must-act' ), array( 'hand.example' ) ),
			array( array( 'state' => array( 'working', 'leaving' ) ), array() ),
			array( array( 'stage' => 'pending' ), array( 'hand.example' ) ),
			array( array( 'source' => 'core' ), array( 'shop.example' ) ),
			array( array( 'site' => $id, 'source' => 'core' ), array( 'shop.example' ) ),
			array( array( 'site' => 0 ), array( 'hand.example' ) ),
			array( array( 'search' => 'HAND' ), array( 'hand.example' ) ),
		);

		foreach ( $filters as list( $params, $domains ) ) {
			self::assertSame( $domains, array_column( $this->ask( 'GET', '/domains', $params )->get_data(), 'domain' ), wp_json_encode( $params ) );
		}

		foreach ( array( array( 'state' => 'odd' ), array( 'stage' => 'odd' ), array( 'site' => 'odd' ) ) as $params ) {
			self::assertSame( array( 400, 'rest_invalid_param' ), array( $this->ask( 'GET', '/domains', $params )->get_status(), $this->ask( 'GET', '/domains', $params )->get_data()['code'] ) );
		}
	}

	public function test_where_nothing_is_sent_what_waits_is_the_networks(): void {
		$this->log_in( 'super' );
		$this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$this->lose_extension();

		self::assertSame( 'network-must-act', $this->ask( 'GET', '/domains', array( 'state' => 'network-must-act' ) )->get_data()[0]['state'] );
		self::assertSame( array(), $this->ask( 'GET', '/domains', array( 'state' => 'waiting' ) )->get_data() );
	}

	public function test_a_page_of_a_hundred_costs_as_many_statements_as_one_of_ten(): void {
		$this->log_in( 'super' );
		$owners = array();

		for ( $i = 0; $i < 100; $i++ ) {
			$owners[ "shop-$i.example" ] = array( 'blog_id' => 1000 + $i, 'source' => Row_Source::CORE );
			$this->wpdb->insert( $this->wpdb->blogs, array( 'blog_id' => 1000 + $i, 'domain' => "shop-$i.example", 'path' => '/' ) );
		}

		$this->plugin->ledger()->want_new( $owners );
		$cost = function ( int $per_page ): int {
			wp_cache_flush();
			$this->ask( 'GET', '/status' );
			$before = $this->wpdb->num_queries;
			self::assertCount( $per_page, $this->ask( 'GET', '/domains', array( 'per_page' => $per_page ) )->get_data() );
			return $this->wpdb->num_queries - $before;
		};

		$cost( 1 );
		$ten = $cost( 10 );
		self::assertSame( $ten, $cost( 100 ) );
		self::assertLessThanOrEqual( 8, $ten );
	}

	public function test_a_domain_is_added_checked_and_removed(): void {
		$this->log_in( 'super' );
		$added = $this->ask( 'POST', '/domains', array( 'domain' => 'Bücher.example' ) );

		self::assertSame( 201, $added->get_status() );
		self::assertSame( array( 'xn--bcher-kva.example', 'bücher.example', null, true ), array( $added->get_data()['domain'], $added->get_data()['unicode'], $added->get_data()['site'], $added->get_data()['by_hand'] ) );
		self::assertStringEndsWith( '/domains/' . $added->get_data()['id'], $added->get_headers()['Location'] );
		self::assertContains( 'xn--bcher-kva.example', $this->emulator->domains() );
		self::assertSame( 200, $this->ask( 'POST', '/domains', array( 'domain' => 'bücher.example' ) )->get_status() );

		$id      = $added->get_data()['id'];
		$checked = $this->ask( 'POST', "/domains/$id/check" );
		self::assertSame( 200, $checked->get_status() );
		$this->assert_valid( $checked->get_data(), '/domains/1/check' );

		$deleted = $this->ask( 'DELETE', "/domains/$id" );
		self::assertSame( array( 200, true, $id ), array( $deleted->get_status(), $deleted->get_data()['deleted'], $deleted->get_data()['previous']['id'] ) );
		self::assertSame( array(), $this->emulator->domains() );
		self::assertSame( 404, $this->ask( 'DELETE', "/domains/$id" )->get_status() );
	}

	public function test_what_cannot_be_added_is_an_error(): void {
		$this->log_in( 'super' );

		$wrong = array(
			'rest_missing_callback_param' => array(),
			'closte_sync_invalid'         => array( 'domain' => 'no domain' ),
			'closte_sync_site_not_found'  => array( 'domain' => 'a.example', 'site' => 4711 ),
			'rest_invalid_param'          => array( 'domain' => array( 'a.example' ) ),
		);

		foreach ( $wrong as $code => $params ) {
			$response = $this->ask( 'POST', '/domains', $params );
			self::assertSame( array( 400, $code ), array( $response->get_status(), $response->get_data()['code'] ) );
		}

		self::assertSame( array(), $this->emulator->journal() );
	}

	public function test_a_site_of_another_network_gets_nothing(): void {
		$this->log_in( 'super' );
		$this->wpdb->insert( $this->wpdb->blogs, array( 'site_id' => 77, 'domain' => 'other.example', 'path' => '/' ) );
		$other = $this->wpdb->insert_id;

		foreach ( array( 'address', 'register' ) as $way ) {
			$response = $this->ask( 'POST', '/domains', array( 'domain' => 'a.example', 'site' => $other, 'way' => $way ) );
			self::assertSame( array( 400, 'closte_sync_site_not_found' ), array( $response->get_status(), $response->get_data()['code'] ) );
		}

		self::assertSame( 'other.example', get_site( $other )->domain );
		self::assertNull( $this->row( 'a.example' ) );
	}

	public function test_what_a_site_uses_is_not_removed(): void {
		$this->create_site( 'shop.example' );
		$this->log_in( 'super' );

		foreach ( array( false, true ) as $forget ) {
			$response = $this->ask( 'DELETE', '/domains/' . $this->row( 'shop.example' )->id, array( 'forget' => $forget ) );
			self::assertSame( array( 409, 'closte_sync_in_use' ), array( $response->get_status(), $response->get_data()['code'] ) );
			self::assertNotSame( '', $response->get_data()['data']['advice'] );
		}

		self::assertSame( Wanted::Present, $this->row( 'shop.example' )->wanted );
	}

	public function test_a_removal_that_waits_is_accepted_and_forgetting_makes_no_call(): void {
		$this->log_in( 'super' );
		$this->plugin->sync()->domain_added( '*.one.example', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_added( '*.two.example', 0, Row_Source::MANUAL );
		$this->emulator->down( true );
		$waiting = $this->ask( 'DELETE', '/domains/' . $this->row( '*.one.example' )->id );

		self::assertSame( array( 202, false, 'leaving' ), array( $waiting->get_status(), $waiting->get_data()['deleted'], $waiting->get_data()['previous']['state'] ) );
		self::assertTrue( $this->ask( 'DELETE', '/domains/' . $this->row( '*.two.example' )->id, array( 'forget' => true ) )->get_data()['deleted'] );
		self::assertNull( $this->row( '*.two.example' ) );
		self::assertContains( '*.two.example', $this->emulator->domains() );
	}

	public function test_what_nothing_uses_any_more_is_gone_when_it_is_checked(): void {
		$this->log_in( 'super' );
		$this->plugin->sync()->domain_added( '*.one.example', 0, Row_Source::MANUAL );
		$this->emulator->down( true );
		$this->plugin->sync()->domain_removed( '*.one.example', 0, Row_Source::MANUAL );
		$this->emulator->down( false );
		$response = $this->ask( 'POST', '/domains/' . $this->row( '*.one.example' )->id . '/check' );

		self::assertSame( array( 410, 'closte_sync_domain_gone' ), array( $response->get_status(), $response->get_data()['code'] ) );
		self::assertSame( array(), $this->emulator->domains() );
	}

	public function test_a_domain_that_another_site_uses_cannot_be_added(): void {
		$this->create_site( 'shop.example' );
		$other = $this->create_site( 'other.example' );
		$this->log_in( 'super' );
		$response = $this->ask( 'POST', '/domains', array( 'domain' => 'shop.example', 'site' => $other ) );

		self::assertSame( array( 409, 'closte_sync_taken' ), array( $response->get_status(), $response->get_data()['code'] ) );
	}

	public function test_a_dry_run_plans_and_a_sync_sends(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->create_site( 'shop.example' );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->set( array( 'enabled' => true ) );
		$this->emulator->set_domains( array( 'foreign.example' ) );
		$this->next_request();
		$this->log_in( 'super' );
		$plan = $this->ask( 'POST', '/sync', array( 'dry_run' => true ) )->get_data();

		$this->assert_valid( $plan, '/sync' );
		self::assertSame( array( 1, array( 'shop.example' ), array(), array( 'foreign.example' ) ), array( $plan['left'], $plan['plan']['add'], $plan['plan']['remove'], $plan['plan']['foreign'] ) );
		self::assertSame( array( 'foreign.example' ), $this->emulator->domains() );

		$sent = $this->ask( 'POST', '/sync' )->get_data();
		$this->assert_valid( $sent, '/sync' );
		self::assertSame( array( true, 1, 1, 0, null ), array( $sent['finished'], $sent['total'], $sent['accepted'], $sent['left'], $sent['plan'] ) );
		self::assertContains( 'shop.example', $this->emulator->domains() );
		self::assertTrue( $this->ask( 'POST', '/sync', array( 'continue' => true ) )->get_data()['finished'] );

		$this->set( array( 'enabled' => false ) );
		self::assertIsString( $this->ask( 'POST', '/sync' )->get_data()['problem'] );
	}

	public function test_many_are_checked_and_those_that_are_missing_are_named(): void {
		$this->log_in( 'super' );
		$row      = $this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$response = $this->ask( 'POST', '/check', array( 'ids' => array( $row->id, 999999 ) ) );

		self::assertSame( array( array( $row->id ), array(), array( 999999 ), null ), array_values( $response->get_data() ) );
		$this->assert_valid( $response->get_data(), '/check' );
		self::assertContains( 'hand.example', $this->emulator->domains() );
		self::assertSame( 400, $this->ask( 'POST', '/check', array( 'ids' => array() ) )->get_status() );
		self::assertSame( 400, $this->ask( 'POST', '/check', array( 'ids' => range( 1, 101 ) ) )->get_status() );
	}

	public function test_the_status_tells_whether_there_is_a_key_and_never_the_key(): void {
		$this->log_in( 'super' );
		$this->create_site( 'shop.example' );
		$response = $this->ask( 'GET', '/status' );
		$status   = $response->get_data();

		$this->assert_valid( $status, '/status' );
		self::assertSame( array( '', null, true, false ), array( $status['hindrance'], $status['problem'], $status['has_key'], $status['circuit_breaker']['is_open'] ) );
		self::assertSame( $status['total'], array_sum( $status['states'] ) );
		self::assertGreaterThan( 0, $status['total'] );
		self::assertStringNotContainsString( $this->env( 'key' ), (string) wp_json_encode( $status ) );

		$this->set( array( 'enabled' => false ) );
		self::assertSame( 'off', $this->ask( 'GET', '/status' )->get_data()['hindrance'] );
	}

	public function test_a_database_that_fails_is_an_error_with_a_code(): void {
		$this->log_in( 'super' );
		$this->ask( 'GET', '/status' );
		add_filter( 'query', static fn( string $sql ): string => str_contains( $sql, 'closte_sync_domains' ) ? 'SELECT nothing FROM nowhere' : $sql );
		$this->wpdb->suppress_errors( true );
		$response = $this->ask( 'GET', '/domains' );
		$this->wpdb->suppress_errors( false );

		self::assertSame( array( 500, 'closte_sync_database' ), array( $response->get_status(), $response->get_data()['code'] ) );
	}

	public function test_another_site_of_the_network_has_no_such_routes(): void {
		$id = $this->create_site( 'shop.example' );
		switch_to_blog( $id );
		$GLOBALS['wp_rest_server'] = null;
		$routes = array_filter( array_keys( rest_get_server()->get_routes() ), static fn( string $route ): bool => str_starts_with( $route, '/closte-sync/v1/domains' ) );
		restore_current_blog();

		self::assertSame( array(), $routes );
		self::assertFalse( Permission::allows() );
	}
}
