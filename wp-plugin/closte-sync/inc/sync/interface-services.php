<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Attention;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Search;

/**
 * What sources and diagnosis work with. Each object is made when it is first asked for.
 */
interface Services {

	public function extension(): Extension;

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function ledger(): Ledger;

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function ledger_search(): Ledger_Search;

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function attention(): Attention;

	public function domain_names(): Domain_Names;

	public function domain_rules(): Domain_Rules;

	public function desired_domains(): Desired_Domains;

	public function readiness(): Readiness;

	public function circuit_breaker(): Circuit_Breaker;

	public function scheduler(): Scheduler;

	public function networks(): Networks;

	public function database(): Database;

	public function sources(): Source_Registry;

	/**
	 * What COOKIE_DOMAIN was before WordPress set it; null: nothing.
	 */
	public function configured_cookie_domain(): ?string;

	public function sync(): Sync;

	public function error_boundary(): Error_Boundary;

	/**
	 * Adds a callback whose errors do not reach the page. A filter's value passes through unchanged.
	 */
	public function listen( string $hook, callable $callback, int $priority = 10, int $arguments = 1 ): void;
}
