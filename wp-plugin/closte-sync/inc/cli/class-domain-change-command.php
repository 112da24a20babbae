<?php
/**
 * The commands `wp closte domain add|remove|retry`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Ledger_Row;
use ClosteSync\Log\Action;
use ClosteSync\Log\Outcome;
use ClosteSync\Services;
use ClosteSync\Settings;
use ClosteSync\Source;
use ClosteSync\Stage;
use ClosteSync\Work;
use WP_CLI\Utils;

/**
 * Changes what is wanted of domains, or when they are looked at.
 */
final class Domain_Change_Command {

	/**
	 * Seconds after which what is left is left to the next run.
	 */
	private const LONGEST_RUN = 300.0;

	/**
	 * Takes the plugin's objects.
	 *
	 * @param Services $services The plugin\'s objects.
	 */
	public function __construct( private readonly Services $services ) {}

	/**
	 * Adds domains that no site or mapping has, such as a wildcard.
	 *
	 * Each is recorded, then sent to Closte. One that Closte has already is taken over. When Closte does not answer,
	 * the domain stays recorded, is sent later by itself, and this ends with status 1.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains. `*.example.com` adds a wildcard.
	 *
	 * [--blog_id=<id>]
	 * : The site that they belong to.
	 * ---
	 * default: 0
	 * ---
	 *
	 * [--porcelain]
	 * : Prints only the domains that Closte accepted, one a line.
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
		$blog_id = Terminal::site_id( (string) $assoc_args['blog_id'] );
		if ( $blog_id > 0 && null === get_site( $blog_id ) ) {
			/* translators: %d: number of a site */
			Terminal::fail( sprintf( __( 'There is no site %d.', 'closte-sync' ), $blog_id ), __( 'wp site list shows the sites of this network', 'closte-sync' ) );
		}
		$this->require_ready();
		$porcelain = Utils\get_flag_value( $assoc_args, 'porcelain', false );
		$recorded  = array();
		foreach ( $args as $domain ) {
			$problem = $this->services->domain_names()->problem( $domain );
			if ( null !== $problem ) {
				Terminal::warn( $problem );
				continue;
			}
			$this->services->sync()->gained( $domain, $blog_id, Source::Manual );
			$recorded[] = $domain;
		}
		$this->send_the_rest( $recorded );
		$added = 0;
		foreach ( $recorded as $domain ) {
			$row = $this->find( $domain );
			if ( null === $row || ! $row->is_accepted() || $row->has_error() ) {
				$this->warn_of( $domain, $row );
				continue;
			}
			++$added;
			if ( $porcelain ) {
				\WP_CLI::line( Terminal::clean( $row->domain ) );
			} else {
				/* translators: %s: domain */
				Terminal::say( sprintf( __( 'Added %s.', 'closte-sync' ), $row->domain ) );
			}
		}
		$this->report( 'add', count( $args ), $added, $porcelain );
	}

	/**
	 * Removes domains from Closte.
	 *
	 * A domain that a site or mapping has is never removed: change it there, and it goes by itself.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains.
	 *
	 * [--forget]
	 * : Only forget them here, without a call: those that Closte has stay there.
	 *
	 * [--yes]
	 * : Do not ask.
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
		if ( ! $forget ) {
			$this->require_ready();
		}
		\WP_CLI::confirm(
			sprintf(
				/* translators: %s: domains */
				$forget ? __( 'Forget %s here?', 'closte-sync' ) : __( 'Remove %s from Closte?', 'closte-sync' ),
				Terminal::clean( implode( ', ', $args ) )
			),
			$assoc_args
		);
		$removed = 0;
		foreach ( $args as $domain ) {
			$removed += (int) $this->remove_one( $domain, $forget );
		}
		$this->report( 'remove', count( $args ), $removed, false );
	}

	/**
	 * Works on domains now, whenever they would be due: sends, removes or checks them again.
	 *
	 * ## OPTIONS
	 *
	 * [<domain>...]
	 * : One or more domains.
	 *
	 * [--all]
	 * : All domains that are not done.
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
				Terminal::fail( __( 'Either name the domains to retry, or say --all.', 'closte-sync' ) );
			}
			$args = $this->unfinished();
			if ( array() === $args ) {
				\WP_CLI::success( __( 'All domains are done.', 'closte-sync' ) );
				return;
			}
		}
		if ( array() === $args ) {
			Terminal::fail( __( 'Name the domains to retry, or say --all.', 'closte-sync' ) );
		}
		$this->require_ready();
		$known = array();
		foreach ( $args as $domain ) {
			$row = $this->find( $domain );
			if ( null === $row ) {
				/* translators: %s: domain */
				Terminal::warn( sprintf( __( '%s is not in the ledger.', 'closte-sync' ), $domain ) );
				Terminal::hint( __( 'wp closte domain list shows what is', 'closte-sync' ) );
				continue;
			}
			$this->services->sync()->retry( $row->domain );
			$known[] = $row->domain;
		}
		$this->send_the_rest( $known );
		$retried = 0;
		foreach ( $known as $domain ) {
			$row = $this->services->ledger()->find( $domain );
			if ( null !== $row && ( $row->has_error() || $row->stage->awaits_closte() ) ) {
				$this->warn_of( $domain, $row );
				continue;
			}
			++$retried;
			Terminal::say( $domain . ': ' . ( $row?->stage->value ?? 'removed' ) );
		}
		$this->report( 'retry', count( $args ), $retried, false );
	}

	/**
	 * Removes one domain, and says what came of it.
	 *
	 * @param string $domain The domain.
	 * @param bool   $forget Only here.
	 * @return bool Whether it is gone.
	 */
	private function remove_one( string $domain, bool $forget ): bool {
		$row = $this->find( $domain );
		if ( null === $row ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( '%s is not in the ledger, so it is not ours to remove.', 'closte-sync' ), $domain ) );
			/* translators: %s: domain */
			Terminal::hint( sprintf( __( 'if Closte has it and it is yours: wp closte adopt %s, then remove it', 'closte-sync' ), $domain ) );
			return false;
		}
		if ( $this->services->wanted_domains()->wants( $row->domain ) ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( '%s is left alone: a site or mapping of this network has it. Change it there, and it goes by itself.', 'closte-sync' ), $row->domain ) );
			return false;
		}
		if ( ! $forget && $this->services->domain_policy()->is_protected( $row->domain ) ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( '%s is left alone: it is a network’s own domain, or one of the Closte application’s.', 'closte-sync' ), $row->domain ) );
			return false;
		}
		if ( $forget ) {
			$gone = $this->services->ledger()->delete( $row );
			if ( $gone ) {
				$this->services->log()->note( Action::Forget, Outcome::Forgotten, $row->domain, $row->blog_id, $row->source );
			}
		} else {
			$this->services->sync()->lost( $row->domain, $row->blog_id, Source::Manual );
			$now  = $this->services->ledger()->find( $row->domain );
			$gone = null === $now;
			if ( ! $gone ) {
				$this->warn_of( $row->domain, $now );
			}
		}
		if ( $gone ) {
			/* translators: %s: domain */
			Terminal::say( sprintf( $forget ? __( 'Forgot %s.', 'closte-sync' ) : __( 'Removed %s.', 'closte-sync' ), $row->domain ) );
		}
		return $gone;
	}

	/**
	 * Says what became of a domain that did not get where it should.
	 *
	 * @param string      $domain The domain.
	 * @param ?Ledger_Row $row    Its row.
	 */
	private function warn_of( string $domain, ?Ledger_Row $row ): void {
		if ( null === $row ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( '%s was not recorded: the network serves it already, or a wildcard covers it.', 'closte-sync' ), $domain ) );
			return;
		}
		$item = $this->item()->of( $row );
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
			$row = $this->find( $domain );
			if ( null !== $row && $row->stage->awaits_closte() && ! $row->has_error() ) {
				$this->services->runner()->run( self::LONGEST_RUN, null, Work::Calls );
				return;
			}
		}
	}

	/**
	 * Ends with status 1 unless calls can be made. Who types a command does not wait for the pause after a failure.
	 */
	private function require_ready(): void {
		$problem = $this->services->readiness()->problem();
		if ( null !== $problem ) {
			Terminal::fail( $problem, Settings::load()->enabled ? 'wp closte doctor' : 'wp closte enable' );
		}
		$this->services->reachability()->ask_again();
	}

	/**
	 * Says how many came through, and ends with status 1 if one did not.
	 *
	 * @param string $verb      What was done.
	 * @param int    $total     To how many.
	 * @param int    $successes With how many it worked.
	 * @param bool   $porcelain Say nothing when all is well.
	 */
	private function report( string $verb, int $total, int $successes, bool $porcelain ): void {
		if ( $porcelain && $successes === $total ) {
			return;
		}
		Utils\report_batch_operation_results( 'domain', $verb, $total, $successes, $total - $successes );
	}

	/**
	 * The row of a domain, however it is written.
	 *
	 * @param string $domain The domain.
	 */
	private function find( string $domain ): ?Ledger_Row {
		return $this->services->ledger()->find( $this->services->domain_names()->canonical( $domain ) );
	}

	/**
	 * Domains that are not done.
	 *
	 * @return list<string>
	 */
	private function unfinished(): array {
		$domains = array();
		foreach ( $this->services->ledger()->all() as $row ) {
			if ( Stage::Done !== $row->stage ) {
				$domains[] = $row->domain;
			}
		}
		return $domains;
	}

	/**
	 * What prints a row.
	 */
	private function item(): Domain_Item {
		return new Domain_Item( $this->services->domain_names() );
	}
}
