<?php
/**
 * What the tests of REST and of abilities share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-screens-test-case.php';

/** Asks the REST API within the process. */
abstract class Rest_Test_Case extends Plugin_Test_Case {

	private const NAMESPACE = '/closte-sync/v1';

	protected function setUp(): void {
		parent::setUp();
		$GLOBALS['wp_rest_server'] = null;
	}

	protected function tearDown(): void {
		$GLOBALS['wp_rest_server'] = null;
		parent::tearDown();
	}

	/**
	 * Roles that may not manage the network.
	 *
	 * @return array<string, array{string}>
	 */
	public static function outsiders(): array {
		return Screens_Test_Case::outsiders();
	}

	/**
	 * Goes on as a new user of this role.
	 *
	 * @param string $role A role, `super`, or '' for a visitor.
	 */
	protected function log_in( string $role ): void {
		wp_set_current_user( '' === $role ? 0 : $this->create_user( $role ) );
	}

	/**
	 * @param array<string, mixed> $params
	 */
	protected function ask( string $method, string $route, array $params = array() ): \WP_REST_Response {
		$request = new \WP_REST_Request( $method, self::NAMESPACE . $route );

		if ( in_array( $method, array( 'GET', 'OPTIONS', 'DELETE' ), true ) ) {
			$request->set_query_params( $params );
		} else {
			$request->set_body_params( $params );
		}

		$response = rest_do_request( $request );

		// What describes a route is made after it was dispatched.
		return apply_filters( 'rest_post_dispatch', $response, rest_get_server(), $request );
	}

	/**
	 * @return array<string, mixed> The schema of what a route answers.
	 */
	protected function schema( string $route ): array {
		return $this->ask( 'OPTIONS', $route )->get_data()['schema'];
	}

	/**
	 * @param array<string, mixed> $data
	 */
	protected function assert_valid( array $data, string $route ): void {
		unset( $data['_links'] );

		self::assertTrue( rest_validate_value_from_schema( $data, $this->schema( $route ), 'answer' ) );
	}

	/**
	 * @return list<array{string, string}> Methods and routes for everyone, with `<id>` for a number.
	 */
	protected function routes(): array {
		$routes = array();

		foreach ( rest_get_server()->get_routes( 'closte-sync/v1' ) as $route => $endpoints ) {
			foreach ( self::NAMESPACE === $route || str_contains( $route, '/health' ) ? array() : $endpoints as $endpoint ) {
				foreach ( array_keys( ( $endpoint['show_in_index'] ?? true ) ? $endpoint['methods'] : array() ) as $method ) {
					$routes[] = array( $method, preg_replace( '/\(\?P<id>[^)]*\)/', '<id>', substr( $route, strlen( self::NAMESPACE ) ) ) );
				}
			}
		}

		self::assertGreaterThan( 5, count( $routes ) );

		return $routes;
	}
}
