<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

/**
 * Registers the routes of one kind of thing.
 */
interface Controller {

	public const NAMESPACE = 'closte-sync/v1';

	/**
	 * Called on `rest_api_init`.
	 */
	public function register(): void;
}
