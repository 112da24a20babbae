<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says why a plan removes nothing from Closte.
 */
final class Refusal_Text {

	/**
	 * @return ?string Null: the plan is not refused.
	 */
	public static function of( \Closte\Plan $plan ): ?string {
		$refusal = $plan->refusal ?? null;

		if ( null === $plan->refused || ! is_array( $refusal ) ) {
			return $plan->refused;
		}

		return match ( $refusal['reason'] ) {
			'nothing-at-closte'  => sprintf(
				/* translators: %s: number of domains */
				_n( 'Closte reports no domain at all, although %s domain of this network should be there. Nothing is removed because of that. Check that the key belongs to this network’s application, then try again.', 'Closte reports no domain at all, although %s domains of this network should be there. Nothing is removed because of that. Check that the key belongs to this network’s application, then try again.', $refusal['owned'], 'closte-sync' ),
				number_format_i18n( $refusal['owned'] )
			),
			'nothing-wanted'     => sprintf(
				/* translators: %s: number of domains */
				_n( 'No site of this network uses a domain, so the %s domain that it has at Closte would be removed. Probably the sites could not be read. If that is right, run wp closte sync --prune --force.', 'No site of this network uses a domain, so all %s domains that it has at Closte would be removed. Probably the sites could not be read. If that is right, run wp closte sync --prune --force.', $refusal['removals'], 'closte-sync' ),
				number_format_i18n( $refusal['removals'] )
			),
			'too-many-forgotten' => sprintf(
				/* translators: 1: number of domains, 2: number of domains at Closte, 3: the limit, a number or a percentage */
				_n( '%1$s domain of this network would be removed from Closte or from the list, and Closte reports %2$s: more than the limit of %3$s. If the list at Closte is complete, run wp closte sync --prune --force.', '%1$s domains of this network would be removed from Closte or from the list, and Closte reports %2$s: more than the limit of %3$s. If the list at Closte is complete, run wp closte sync --prune --force.', $refusal['removals'], 'closte-sync' ),
				number_format_i18n( $refusal['removals'] ),
				number_format_i18n( $refusal['remote'] ),
				$refusal['limit']
			),
			'too-many'           => sprintf(
				/* translators: 1: number of domains, 2: number of domains at Closte, 3: the limit, a number or a percentage */
				_n( '%1$s of %2$s domain at Closte would be removed, more than the limit of %3$s. If that is right, run wp closte sync --prune --force.', '%1$s of %2$s domains at Closte would be removed, more than the limit of %3$s. If that is right, run wp closte sync --prune --force.', $refusal['remote'], 'closte-sync' ),
				number_format_i18n( $refusal['removals'] ),
				number_format_i18n( $refusal['remote'] ),
				$refusal['limit']
			),
			default              => $plan->refused,
		};
	}
}
