<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Domains\Typed_Address;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Text\Problem_Message;

/**
 * Says what adding a domain would do, before it is added. Closte is never called for it.
 */
final class Domain_Preview {

	/** Seconds that the look at DNS may take: somebody waits for it while typing. */
	private const DNS_SECONDS = 4.0;

	/** Of these, what is left for the www name at least. */
	private const WWW_SECONDS = 1.0;

	public function __construct(
		private readonly Domain_Names $names,
		private readonly Domain_Rules $rules,
		private readonly Add_Obstacles $obstacles,
		private readonly Add_Options $offers,
		private readonly Extension $extension,
	) {}

	/**
	 * @param string $typed   A domain, in any spelling, or a web address.
	 * @param int    $blog_id The site; 0: none yet.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function of( string $typed, int $blog_id = 0 ): Preview {
		$domain  = $this->names->canonical( Typed_Address::of( $typed )->host );
		$refusal = $this->obstacles->of( $domain, $blog_id );
		$is_had  = in_array( $refusal?->code, array( Refusal::TAKEN, Refusal::ALREADY ), true );

		$www     = null === $refusal ? $this->rules->www_of( $domain ) : null;

		return new Preview(
			$typed,
			$domain,
			$this->names->shown( $domain ),
			$www,
			$is_had ? $this->obstacles->owner( $domain ) : null,
			$refusal,
			$this->offers->of( $domain, $blog_id ),
			null === $www ? '' : $this->names->unicode( $www )
		);
	}

	/**
	 * What DNS says of it now, looked up as checks do.
	 *
	 * @param Preview $preview Of a domain that can be added.
	 */
	public function dns( Preview $preview ): Dns_Preview {
		try {
			return $this->look( $preview );
		} catch ( \Closte\ClosteException $e ) {
			// A setting that the extension refuses: no domain can be looked up.
			return new Dns_Preview( \Closte\DnsState::Unknown->value, false, $e->getMessage(), array(), array(), array() );
		}
	}

	/**
	 * @throws \Closte\ClosteException When a setting is wrong.
	 */
	private function look( Preview $preview ): Dns_Preview {
		$begun    = hrtime( true );
		$report   = $this->extension->check_dns( $preview->domain, self::DNS_SECONDS );
		$left     = self::DNS_SECONDS - ( hrtime( true ) - $begun ) / 1e9;
		$www      = null === $preview->www ? null : $this->extension->check_dns( $preview->www, max( self::WWW_SECONDS, $left ) );
		$is_ready = \Closte\DnsState::Here === $report->state && ! self::is_blocked( $report );

		return new Dns_Preview(
			$report->state->value,
			$is_ready,
			self::message( $report, $is_ready ),
			$report->addresses,
			array_map(
				static fn( array $problem ): array => array( 'message' => Problem_Message::of( $problem ) ) + $problem,
				$report->problems
			),
			Ledger_Row::records( array_merge( $report->problems, $www?->problems ?? array() ) )
		);
	}

	private static function is_blocked( \Closte\DnsReport $report ): bool {
		return in_array( 'blocks', array_column( $report->problems, 'severity' ), true );
	}

	private static function message( \Closte\DnsReport $report, bool $is_ready ): string {
		return match ( true ) {
			$is_ready                                     => __( 'The domain points to this network already. The certificate follows automatically.', 'closte-sync' ),
			\Closte\DnsState::Unknown === $report->state => __( 'The DNS servers did not answer in time. You can add the domain: its DNS is checked again automatically.', 'closte-sync' ),
			\Closte\DnsState::Partial === $report->state => __( 'Some DNS servers still give the old records. This resolves itself, usually within hours.', 'closte-sync' ),
			default                                       => __( 'The domain does not point to this network yet. Set these records at its DNS provider. You can add it now: its DNS is checked automatically.', 'closte-sync' ),
		};
	}
}
