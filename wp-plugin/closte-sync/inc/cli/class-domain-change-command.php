<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Ledger\Work;
use ClosteSync\Operations\Operation;
use WP_CLI\Utils;

/**
 * Changes what is wanted of domains, or when they are checked.
 */
final class Domain_Change_Command {

	/**
	 * Seconds after which what is left is left to the next run.
	 */
	private const LONGEST_RUN = 300.0;

	private readonly Lookup $lookup;

	private readonly Sending_Status $sending;

	public function __construct( private readonly Container $services ) {
		$this->lookup  = new Lookup( $services );
		$this->sending = new Sending_Status( $services );
	}

	/**
	 * Adds domains that no site or mapping has, such as wildcards.
	 *
	 * Each domain is recorded and sent to Closte. A domain that Closte already has is taken over. If Closte does not answer, the domain is queued and sent automatically later, and this ends with status 1. While the integration is off or there is no API key, the domain is queued until that changes, and this ends with status 0.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains. `*.example.com` adds a wildcard.
	 *
	 * [--blog_id=<id>]
	 * : The ID of the site that they belong to; 0: none.
	 * ---
	 * default: 0
	 * ---
	 *
	 * [--porcelain]
	 * : Prints only the domains that Closte accepted, one per line.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain add '*.example.com'
	 *     Added *.example.com.
	 *     Success: Added 1 of 1 domains.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function add( array $args, array $assoc_args ): void {
		$blog_id = Word_Option::site( (string) $assoc_args['blog_id'] );
		if ( $blog_id > 0 && null === get_site( $blog_id ) ) {
			/* translators: %d: number of a site */
			Terminal::fail( sprintf( __( 'There is no site %d.', 'closte-sync' ), $blog_id ), __( 'list the sites of this network: wp site list', 'closte-sync' ) );
		}
		$awaits    = $this->sending->awaits();
		$porcelain = Utils\get_flag_value( $assoc_args, 'porcelain', false );
		$report    = new Change_Report( 'add', count( $args ) );
		$recorded  = array();
		$there     = array();
		if ( null === $awaits ) {
			$this->services->circuit_breaker()->ask_again();
		}
		foreach ( $args as $domain ) {
			$problem = $this->services->domain_names()->problem( $domain );
			if ( null !== $problem ) {
				Terminal::warn( $problem );
				continue;
			}
			$row = $this->lookup->find( $domain );
			if ( null !== $row && $row->is_accepted() ) {
				$there[ $row->domain ] = true;
			}
			$this->services->sync()->domain_added( $domain, $blog_id, Row_Source::MANUAL );
			$recorded[] = $domain;
		}
		if ( null === $awaits ) {
			$this->send_the_rest( $recorded );
		}
		foreach ( $recorded as $domain ) {
			$this->report_added( $domain, $there, $awaits, $porcelain, $report );
		}
		$report->finish( $porcelain );
		if ( null !== $awaits ) {
			Terminal::hint( $this->sending->hint() );
		}
	}

	/**
	 * Removes domains from Closte.
	 *
	 * A domain that a site or mapping has is never removed: remove it there, and it is removed from Closte automatically. While the integration is off or there is no API key, the removal is queued until that changes.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains.
	 *
	 * [--forget]
	 * : Only removes them from the list of this network, without a call: those that Closte has stay there.
	 *
	 * [--yes]
	 * : Does not ask for confirmation.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain remove '*.example.com' --yes
	 *     Removed *.example.com.
	 *     Success: Removed 1 of 1 domains.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function remove( array $args, array $assoc_args ): void {
		$forget = Utils\get_flag_value( $assoc_args, 'forget', false );
		$awaits = $forget ? null : $this->sending->awaits();
		$report = new Change_Report( 'remove', count( $args ) );
		$rows   = array();
		foreach ( $args as $domain ) {
			$row = $this->lookup->find( $domain );
			if ( null === $row ) {
				$this->warn_of_absence( $domain );
			} else {
				$rows[ $row->domain ] = $row;
			}
		}
		$operation = $forget ? Operation::Forget : Operation::Remove;
		// What is refused anyway is not asked about.
		$removable = array_diff_key( $rows, $this->services->domain_operations()->refusals( $operation, array_values( $rows ) ) );
		if ( array() !== $removable ) {
			\WP_CLI::confirm(
				sprintf(
					/* translators: %s: domains */
					$forget ? __( 'Remove %s from the list of this network?', 'closte-sync' ) : __( 'Remove %s from Closte?', 'closte-sync' ),
					Terminal::clean( implode( ', ', array_keys( $removable ) ) )
				),
				$assoc_args
			);
		}
		$result = $this->services->domain_operations()->run( $operation, array_values( $rows ) );
		foreach ( $result->refused as $refusal ) {
			Terminal::warn( $refusal->message );
			if ( '' !== $refusal->advice ) {
				Terminal::hint( $refusal->advice );
			}
		}
		foreach ( $result->done as $domain ) {
			$report->done();
			/* translators: %s: domain */
			Terminal::say( sprintf( $forget ? __( 'Removed %s from the list of this network.', 'closte-sync' ) : __( 'Removed %s.', 'closte-sync' ), $domain ) );
		}
		foreach ( $this->services->ledger()->find_all( $result->waiting ) as $row ) {
			if ( null === $awaits ) {
				$this->warn_of( $row->domain, $row, $report );
				continue;
			}
			$report->recorded();
			/* translators: 1: domain, 2: when: once something has changed */
			Terminal::say( sprintf( __( 'Queued the removal of %1$s. It is removed %2$s.', 'closte-sync' ), $row->domain, $awaits ) );
		}
		$report->finish();
		if ( null !== $awaits ) {
			Terminal::hint( $this->sending->hint() );
		}
	}

	/**
	 * Adds, removes or checks domains now, without waiting until they are due.
	 *
	 * A domain that Closte has lost is sent again.
	 *
	 * Ends with status 1 when a domain still waits, when Closte refuses one or cannot be reached, or when one is no longer used.
	 *
	 * ## OPTIONS
	 *
	 * [<domain>...]
	 * : One or more domains.
	 *
	 * [--all]
	 * : All domains that do not work yet.
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte domain retry shop.example.com
	 *     shop.example.com: done
	 *     Success: Retried 1 of 1 domains.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function retry( array $args, array $assoc_args ): void {
		if ( Utils\get_flag_value( $assoc_args, 'all', false ) ) {
			if ( array() !== $args ) {
				Terminal::fail( __( 'Name the domains to retry or use --all, not both.', 'closte-sync' ) );
			}
			$args = $this->unfinished();
			if ( array() === $args ) {
				\WP_CLI::success( __( 'All domains are working.', 'closte-sync' ) );
				return;
			}
		}
		if ( array() === $args ) {
			Terminal::fail( __( 'Name the domains to retry or use --all.', 'closte-sync' ) );
		}
		$this->sending->expect();
		$this->services->circuit_breaker()->ask_again();
		$report = new Change_Report( 'retry', count( $args ) );
		$known  = array();
		foreach ( $args as $domain ) {
			$row = $this->lookup->find( $domain );
			if ( null === $row ) {
				Terminal::warn( $this->lookup->absence( $domain ) );
				Terminal::hint( __( 'list all domains: wp closte domain list', 'closte-sync' ) );
				continue;
			}
			$known[ $row->domain ] = $row;
		}
		$problem = $this->services->sync()->retry_all( array_keys( $known ) );
		if ( null !== $problem ) {
			Terminal::warn( $problem );
			Terminal::hint( __( 'find out more: wp closte doctor', 'closte-sync' ) );
		}
		$this->send_the_rest( array_keys( $known ) );
		foreach ( $known as $domain => $before ) {
			$this->report_retried( $before, $this->services->ledger()->find( (string) $domain ), null !== $problem, $report );
		}
		$report->finish();
	}

	/**
	 * Says what came of a domain that was to be retried.
	 *
	 * @param bool $is_unsure Whether Closte could not be asked which domains it has.
	 */
	private function report_retried( Ledger_Row $before, ?Ledger_Row $row, bool $is_unsure, Change_Report $report ): void {
		if ( null === $row && Wanted::Absent !== $before->wanted ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( 'This network no longer uses %s. Closte does not have it, and it was removed from the list.', 'closte-sync' ), $before->domain ) );
			return;
		}
		if ( null !== $row && ( $row->has_error() || $row->awaits_call() || Wanted::Retired === $row->wanted ) ) {
			$this->warn_of( $row->domain, $row, $report );
			return;
		}
		// What was only checked may be gone from Closte.
		if ( ! $is_unsure || null === $row || ! $before->is_accepted() ) {
			$report->done();
		}
		$line = $before->domain . ': ' . ( $row?->stage->value ?? 'removed' );
		$was_lost = null !== $row && $before->is_accepted() && $row->revision > $before->revision;
		/* translators: %s: domain and its stage */
		Terminal::say( $was_lost ? sprintf( __( '%s (Closte had lost it and has it again)', 'closte-sync' ), $line ) : $line );
	}

	/**
	 * Says what came of a domain that was to be added.
	 *
	 * @param string              $domain    The domain, as it was typed.
	 * @param array<string, true> $there     Domains that were there before.
	 * @param ?string             $awaits    When it is sent; null: it was.
	 * @param bool                $porcelain Whether to print the domain alone.
	 */
	private function report_added( string $domain, array $there, ?string $awaits, bool $porcelain, Change_Report $report ): void {
		$row = $this->lookup->find( $domain );
		if ( null !== $awaits && null !== $row && ! $row->is_accepted() ) {
			$report->recorded();
			if ( ! $porcelain ) {
				/* translators: 1: domain, 2: when: once something has changed */
				Terminal::say( sprintf( __( 'Queued %1$s. It is sent %2$s.', 'closte-sync' ), $row->domain, $awaits ) );
			}
			return;
		}
		if ( null === $row || ! $row->is_accepted() || $row->has_error() ) {
			$this->warn_of( $domain, $row, $report );
			return;
		}
		$is_there = isset( $there[ $row->domain ] );
		if ( $is_there ) {
			$report->already();
		} else {
			$report->done();
		}
		if ( $porcelain ) {
			\WP_CLI::line( Terminal::clean( $row->domain ) );
		} elseif ( $is_there && $row->blog_id > 0 ) {
			/* translators: 1: domain, 2: number of a site */
			Terminal::say( sprintf( __( '%1$s is already at Closte (site %2$d).', 'closte-sync' ), $row->domain, $row->blog_id ) );
		} else {
			Terminal::say(
				/* translators: %s: domain */
				sprintf( $is_there ? __( '%s is already at Closte.', 'closte-sync' ) : __( 'Added %s.', 'closte-sync' ), $row->domain )
			);
		}
	}

	/**
	 * Says why a domain that has no row is not removed.
	 */
	private function warn_of_absence( string $domain ): void {
		if ( null !== $this->services->domain_names()->problem( $domain ) ) {
			Terminal::warn( $this->lookup->absence( $domain ) );
			return;
		}
		/* translators: %s: domain */
		Terminal::warn( sprintf( __( '%s is not in the list of domains and was not removed.', 'closte-sync' ), $domain ) );
		/* translators: %s: domain */
		Terminal::hint( sprintf( __( 'if Closte has it and it is yours, adopt it first: wp closte adopt %s', 'closte-sync' ), $domain ) );
	}

	/**
	 * Says what became of a domain that did not get where it should.
	 */
	private function warn_of( string $domain, ?Ledger_Row $row, Change_Report $report ): void {
		if ( null === $row ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( '%s was not added: this network already serves it, or a wildcard covers it.', 'closte-sync' ), $domain ) );
			return;
		}
		if ( $row->awaits_call() && Stage::Failed !== $row->stage ) {
			$report->waits();
		}
		$item = ( new Domain_Item( $this->services->domain_names(), $this->services->readiness()->hindrance() ) )->of( $row );
		Terminal::warn( trim( $row->domain . ': ' . $row->stage->value . '. ' . $item['problem'] ) );
		Terminal::hint( (string) $item['next_step'] );
	}

	/**
	 * A command may take longer than a page: what the page's budget left over is sent now.
	 *
	 * @param list<string> $domains The domains.
	 */
	private function send_the_rest( array $domains ): void {
		foreach ( $domains as $domain ) {
			$row = $this->lookup->find( $domain );
			if ( null !== $row && $row->awaits_call() && ! $row->has_error() ) {
				$this->services->worker()->run( self::LONGEST_RUN, null, Work::Calls );
				return;
			}
		}
	}

	/**
	 * @return list<string>
	 */
	private function unfinished(): array {
		$domains = array();
		foreach ( $this->services->ledger()->all() as $row ) {
			if ( ! in_array( $row->stage, array( Stage::Done, Stage::Retired ), true ) ) {
				$domains[] = $row->domain;
			}
		}
		return $domains;
	}
}
