<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;

/**
 * Finds the domains that REST and abilities ask for, a page at a time: each page begins after the last domain of the one
 * before, so that the last page costs what the first one does.
 */
final class Domain_Collection {

	private const LONGEST_SEARCH = 255;

	public function __construct( private readonly Container $services ) {}

	/**
	 * The parameters as JSON schemas.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public static function params(): array {
		return array(
			'state'    => self::words(
				__( 'Only domains in one of these states.', 'closte-sync' ),
				array_column( State::cases(), 'value' )
			),
			'stage'    => self::words(
				__( 'Only domains in one of these stages.', 'closte-sync' ),
				array_column( Stage::cases(), 'value' )
			),
			'source'   => array(
				'description' => __( 'Only domains from one of these sources.', 'closte-sync' ),
				'type'        => 'array',
				'items'       => array( 'type' => 'string' ),
				'default'     => array(),
			),
			'site'     => array(
				'description' => __( 'Only domains of the site with this ID. 0: domains of no site.', 'closte-sync' ),
				'type'        => 'integer',
				'minimum'     => 0,
			),
			'search'   => array(
				'description' => __( 'Only domains that contain this text, or whose site has it in its title or at the start of its address.', 'closte-sync' ),
				'type'        => 'string',
				'maxLength'   => self::LONGEST_SEARCH,
				'default'     => '',
			),
			'after'    => array(
				'description' => __( 'Only domains after the one with this ID: the last one of the page before.', 'closte-sync' ),
				'type'        => 'integer',
				'minimum'     => 0,
				'default'     => 0,
			),
			'per_page' => array(
				'description' => __( 'How many domains a page has at most.', 'closte-sync' ),
				'type'        => 'integer',
				'minimum'     => 1,
				'maximum'     => 100,
				'default'     => 20,
			),
		);
	}

	/**
	 * @param array<string, mixed> $params As {@see Domain_Collection::params()} has them, with their defaults.
	 * @return array{rows: list<Ledger_Row>, total: int, next: ?int} Next: the value of `after` for the next page; null: there is none.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function page( array $params ): array {
		$query  = $this->query( $params );
		$limit  = (int) $params['per_page'];
		$search = $this->services->ledger_search();
		$rows   = $search->beyond( $query, (int) $params['after'], $limit + 1 );
		$page   = array_slice( $rows, 0, $limit );

		return array(
			'rows'  => $page,
			'total' => $search->count( $query ),
			'next'  => count( $rows ) > $limit ? $page[ $limit - 1 ]->id : null,
		);
	}

	/**
	 * @param array<string, mixed> $params
	 */
	private function query( array $params ): Ledger_Query {
		$hindrance = $this->services->readiness()->hindrance();
		$states    = array_map(
			static fn( string $state ): array => State::from( $state )->stored_under( $hindrance ),
			array_values( $params['state'] )
		);

		return new Ledger_Query(
			stage: array_map( Stage::from( ... ), array_values( $params['stage'] ) ),
			state: array() === $states ? null : array_merge( ...$states ),
			search: $this->services->domain_names()->searchable( trim( $params['search'] ) ),
			source: array_values( $params['source'] ),
			blog_id: $params['site'] ?? null,
			sites: $this->services->site_search()->find( $params['search'] ),
		);
	}

	/**
	 * @param list<string> $words
	 * @return array<string, mixed>
	 */
	private static function words( string $description, array $words ): array {
		return array(
			'description' => $description,
			'type'        => 'array',
			'items'       => array(
				'type' => 'string',
				'enum' => $words,
			),
			'default'     => array(),
		);
	}
}
