<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Abilities;

use ClosteSync\Container;
use ClosteSync\Rest\Domain_Changes;
use ClosteSync\Rest\Domain_Collection;
use ClosteSync\Rest\Domain_Item;
use ClosteSync\Rest\Rest_Error;
use ClosteSync\Rest\Sync_Controller;

/**
 * What the abilities do: each takes its input with the defaults, and answers as its output schema says, or with an error.
 *
 * Every method throws {@see \ClosteSync\Ledger\Database_Exception} when the database fails.
 */
final class Domain_Tasks {

	private readonly Domain_Item $item;

	private readonly Domain_Changes $changes;

	public function __construct( private readonly Container $services ) {
		$this->item    = new Domain_Item( $services );
		$this->changes = new Domain_Changes( $services );
	}

	/**
	 * @param array<string, mixed> $input
	 * @return array{domains: list<array<string, mixed>>, total: int, next: ?int}
	 */
	public function list_domains( array $input ): array {
		$page = ( new Domain_Collection( $this->services ) )->page( $input );

		return array(
			'domains' => $this->item->all( $page['rows'] ),
			'total'   => $page['total'],
			'next'    => $page['next'],
		);
	}

	/**
	 * @param array<string, mixed> $input
	 * @return array<string, mixed>|\WP_Error
	 */
	public function get_domain( array $input ): array|\WP_Error {
		$row = $this->services->ledger()->find_by_id( $input['id'] );

		return null === $row ? Rest_Error::not_found() : $this->item->one( $row );
	}

	/**
	 * @param array<string, mixed> $input
	 * @return array<string, mixed>|\WP_Error
	 */
	public function check_domain( array $input ): array|\WP_Error {
		$checked = $this->changes->check( $input['id'] );

		return $checked instanceof \WP_Error ? $checked : $this->item->one( $checked );
	}

	/**
	 * @param array<string, mixed> $input
	 * @return array<string, mixed>|\WP_Error
	 */
	public function add_domain( array $input ): array|\WP_Error {
		$added = $this->changes->add( $input['domain'], $input['site'], $input['way'] ?? '' );

		return $added instanceof \WP_Error ? $added : $this->item->one( $added['row'] );
	}

	/**
	 * @param array<string, mixed> $input
	 * @return array{deleted: bool, previous: array<string, mixed>}|\WP_Error
	 */
	public function remove_domain( array $input ): array|\WP_Error {
		$removed = $this->changes->remove( $input['id'], $input['forget'] );

		return $removed instanceof \WP_Error ? $removed : array(
			'deleted'  => null === $removed['row'],
			'previous' => $this->item->one( $removed['row'] ?? $removed['before'] ),
		);
	}

	/**
	 * @param array<string, mixed> $input
	 * @return array<string, mixed>
	 */
	public function sync( array $input ): array {
		return ( new Sync_Controller( $this->services ) )->sync( $input['dry_run'], $input['continue'] );
	}
}
