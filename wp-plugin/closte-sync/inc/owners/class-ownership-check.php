<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Ledger\Wanted;

/**
 * Finds out whether a domain is theirs who want to add it: it has a TXT record with their token, or its DNS points here since they
 * claimed it. Where it points here already, it may be anybody's of this network.
 */
final class Ownership_Check {

	/** Seconds for each of the two lookups: somebody waits for them. */
	private const SECONDS = 4.0;

	public function __construct(
		private readonly Extension $extension,
		private readonly Domain_Names $names,
		private readonly Ledger $ledger,
		private readonly Ledger_Search $search,
		private readonly Ownership_Claims $claims,
	) {}

	/**
	 * @throws \Closte\ClosteException                 When the name is none, or a setting is wrong.
	 * @throws \ClosteSync\Ledger\Database_Exception   When the database fails.
	 */
	public function look( Claim $claim, int $blog_id ): Ownership_Result {
		$found = $this->extension->check_ownership( $claim->domain, $claim->token, self::SECONDS );

		return match ( true ) {
			$found['proven'] => new Ownership_Result( true, by_record: true ),
			default          => new Ownership_Result(
				$this->accepts_pointing( $claim, $blog_id ) && $this->points_here( $claim->domain ),
				error: $found['error']
			),
		};
	}

	/**
	 * Whether it proves this claim that the domain points here. Where somebody else has, or had, a name under the same registrable
	 * domain, a wildcard record of its owner may lead here. Where another site claims one, its owner may be who pointed it here.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function accepts_pointing( Claim $claim, int $blog_id ): bool {
		$registrable = $this->names->registrable( $claim->domain );

		if ( $claim->needs_record || null === $registrable || $this->search->has_others_under( $registrable, $blog_id ) ) {
			return false;
		}

		if ( array() !== $this->claims->others_under( $registrable, $blog_id ) ) {
			return false;
		}

		$names   = array_filter( array( $claim->domain, $this->names->counterpart( $claim->domain ) ) );
		$retired = array_filter(
			$this->ledger->find_all( array_values( $names ) ),
			static fn( Ledger_Row $row ): bool => Wanted::Retired === $row->wanted
		);

		return array() === $retired;
	}

	/**
	 * Whether the domain may point here. No answer, or one that differs from server to server, does not say that it does not.
	 *
	 * @throws \Closte\ClosteException When the name is none, or a setting is wrong.
	 */
	public function may_point_here( string $domain ): bool {
		$report = $this->extension->check_dns( $domain, self::SECONDS );

		return $report->intercepted || ! in_array( $report->state, array( \Closte\DnsState::Elsewhere, \Closte\DnsState::Missing ), true );
	}

	/**
	 * @throws \Closte\ClosteException When the name is none, or a setting is wrong.
	 */
	public function points_here( string $domain ): bool {
		$report = $this->extension->check_dns( $domain, self::SECONDS );

		return \Closte\DnsState::Here === $report->state && ! $report->intercepted;
	}
}
