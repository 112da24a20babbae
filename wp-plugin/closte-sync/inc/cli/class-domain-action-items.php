<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

/**
 * Makes of domains by action what the commands print of a plan.
 */
final class Domain_Action_Items {

	/**
	 * @param array<string, list<string>> $actions Domains by action.
	 * @return \Generator<array{domain: string, action: string}>
	 */
	public static function of( array $actions ): \Generator {
		foreach ( $actions as $action => $domains ) {
			foreach ( $domains as $domain ) {
				yield array(
					'domain' => Terminal::clean( $domain ),
					'action' => $action,
				);
			}
		}
	}
}
