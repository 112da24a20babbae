<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Outcome_Counts;
use ClosteSync\Ledger\Stage;
use ClosteSync\Text\Plain_Text;

/**
 * Fires the actions that tell others, the log too, what happens to domains. Somebody else's mistake stops neither the page
 * nor the other domains.
 *
 * Lists go by do_action_ref_array(): do_action() takes a list of one object for the object.
 */
final class Events {

	/**
	 * @param Ledger_Row           $claimed As it was claimed.
	 * @param array<string, mixed> $record  As \Closte\Lifecycle returned it.
	 */
	public static function answered( Ledger_Row $claimed, array $record ): void {
		/**
		 * Fires when a step was taken with a domain, whatever became of its answer here.
		 *
		 * @param Ledger_Row           $row    Its row as it was claimed.
		 * @param array<string, mixed> $record As \Closte\Lifecycle returned it.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_answered', $claimed, $record ) );
	}

	/**
	 * @param string $defect What is wrong with it, for people.
	 */
	public static function unreadable( Ledger_Row $row, string $defect ): void {
		/**
		 * Fires when a domain's row cannot be read, and is set aside for a day.
		 *
		 * @param Ledger_Row $row    Its row, as far as it can be read.
		 * @param string     $defect What is wrong with it, for people.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_unreadable', $row, $defect ) );
	}

	/**
	 * @param Ledger_Row $before As it was claimed.
	 */
	public static function removed( Ledger_Row $before ): void {
		/**
		 * Fires when a domain is gone from Closte and from the ledger.
		 *
		 * @param string     $domain The domain.
		 * @param Ledger_Row $row    Its row as it was.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_removed', $before->domain, $before ) );
	}

	/**
	 * @param Ledger_Row $before As it was claimed.
	 * @param Ledger_Row $after  As it is now.
	 */
	public static function advanced( Ledger_Row $before, Ledger_Row $after ): void {
		self::guard(
			static function () use ( $before, $after ): void {
				if ( 0 === $before->accepted_at && $after->accepted_at > 0 ) {
					/**
					 * Fires when Closte has accepted a domain.
					 *
					 * @param string     $domain The domain.
					 * @param Ledger_Row $row    Its row.
					 */
					do_action( 'closte_sync_domain_added', $after->domain, $after );
				}

				if ( $before->stage !== $after->stage ) {
					self::entered( $after );
				}

				if ( Stage::Done === $before->stage && self::has_new_problem( $before, $after ) && ! $after->is_without_dns() ) {
					/**
					 * Fires when something is wrong with a domain that was done: its certificate is about to end, or it
					 * points elsewhere.
					 *
					 * @param string     $domain The domain.
					 * @param Ledger_Row $row    Its row, with the new problems.
					 */
					do_action( 'closte_sync_domain_warning', $after->domain, $after );
				}

				/**
				 * Fires whenever a step was taken with a domain, also when nothing came of it.
				 *
				 * @param string     $domain The domain.
				 * @param Ledger_Row $row    Its row as it is now.
				 * @param Ledger_Row $before Its row as it was.
				 */
				do_action( 'closte_sync_domain_advanced', $after->domain, $after, $before );
			}
		);
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @param string           $reason For people.
	 */
	public static function deferred( array $rows, string $reason ): void {
		/**
		 * Fires when domains are recorded, and their next step is left to a run.
		 *
		 * @param list<Ledger_Row> $rows   Their rows.
		 * @param string           $reason Why, for people.
		 */
		array() === $rows || self::guard( static fn() => do_action_ref_array( 'closte_sync_domains_deferred', array( $rows, $reason ) ) );
	}

	/**
	 * @param list<string> $domains
	 */
	public static function lost( array $domains ): void {
		/**
		 * Fires when a site or mapping has lost domains. Those that nothing wants when the request ends are removed then.
		 *
		 * @param list<string> $domains The domains, and the www names that may have come with them.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domains_lost', $domains ) );
	}

	/**
	 * @param list<Ledger_Row> $rows As they were claimed.
	 */
	public static function interrupted( array $rows ): void {
		/**
		 * Fires when a request ends while calls may be under way: nobody will know what became of them.
		 *
		 * @param list<Ledger_Row> $rows The rows of their domains.
		 */
		array() === $rows || self::guard( static fn() => do_action_ref_array( 'closte_sync_domains_interrupted', array( $rows ) ) );
	}

	/**
	 * @param string $source As in the ledger.
	 */
	public static function adopted( string $domain, int $blog_id, string $source ): void {
		/**
		 * Fires when a domain that was at Closte already is taken into ownership.
		 *
		 * @param string $domain  The domain.
		 * @param int    $blog_id The site that has it; 0: none.
		 * @param string $source  Where it was heard of.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_adopted', $domain, $blog_id, $source ) );
	}

	/**
	 * @param Ledger_Row $before As it was.
	 * @param int        $blog_id The site that has it now.
	 */
	public static function moved( Ledger_Row $before, int $blog_id ): void {
		/**
		 * Fires when a mapping gives a domain to another site.
		 *
		 * @param string     $domain  The domain.
		 * @param int        $blog_id The site that has it now.
		 * @param Ledger_Row $before  Its row as it was.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_moved', $before->domain, $blog_id, $before ) );
	}

	public static function forgotten( Ledger_Row $row ): void {
		/**
		 * Fires when a domain that nobody wants, and that Closte does not have, is taken out of the ledger.
		 *
		 * @param Ledger_Row $row Its row as it was.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_forgotten', $row ) );
	}

	public static function retired( Ledger_Row $row ): void {
		/**
		 * Fires when a domain is neither called nor looked at any longer, because nothing of this network uses it. Closte may
		 * have it still.
		 *
		 * @param string     $domain The domain.
		 * @param Ledger_Row $row    Its row as it was.
		 */
		self::guard( static fn() => do_action( 'closte_sync_domain_retired', $row->domain, $row ) );
	}

	public static function synced( Outcome_Counts $tally ): void {
		/**
		 * Fires when someone has sent all domains, with the numbers of what was accepted, removed, refused and left.
		 *
		 * @param Outcome_Counts $tally What was accepted, removed, refused and left.
		 */
		self::guard( static fn() => do_action( 'closte_sync_synced', $tally ) );
	}

	public static function planned( \Closte\Plan $plan ): void {
		/**
		 * Fires before a plan is carried out that makes Closte as the network wants it.
		 *
		 * @param \Closte\Plan $plan The plan.
		 */
		self::guard( static fn() => do_action( 'closte_sync_planned', $plan ) );
	}

	/**
	 * @param list<string> $domains
	 */
	public static function drifted( array $domains ): void {
		/**
		 * Fires when domains that are wanted were not at Closte, or not in the ledger, before they are sent again.
		 *
		 * @param list<string> $domains The domains.
		 */
		self::guard( static fn() => do_action( 'closte_sync_drift', $domains ) );
	}

	/**
	 * Does something, and says meanwhile what it is.
	 *
	 * @template T
	 * @param string        $task `sync`, `daily`, `retry` or `by-hand`.
	 * @param callable(): T $do
	 */
	public static function during( string $task, callable $do ): mixed {
		/**
		 * Fires before something is done that more than one event may follow from.
		 *
		 * @param string $task `sync`, `daily`, `retry` or `by-hand`.
		 */
		self::guard( static fn() => do_action( 'closte_sync_task_begins', $task ) );

		try {
			return $do();
		} finally {
			/**
			 * Fires when it has ended.
			 */
			self::guard( static fn() => do_action( 'closte_sync_task_ends' ) );
		}
	}

	public static function batch_ended(): void {
		/**
		 * Fires after the last answer of what was sent together, and in a run whenever it claims further rows.
		 */
		self::guard( static fn() => do_action( 'closte_sync_batch_ended' ) );
	}

	private static function has_new_problem( Ledger_Row $before, Ledger_Row $after ): bool {
		return array() !== array_diff( array_column( $after->problems, 'code' ), array_column( $before->problems, 'code' ) );
	}

	private static function entered( Ledger_Row $row ): void {
		if ( Stage::Done === $row->stage ) {
			/**
			 * Fires when a domain points here and has its certificate.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row.
			 */
			do_action( 'closte_sync_domain_done', $row->domain, $row );
		}

		if ( Stage::Failed === $row->stage || Stage::CertificateFailed === $row->stage ) {
			/**
			 * Fires when a domain failed; it is tried again once a day.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row, with the error or the problems.
			 */
			do_action( 'closte_sync_domain_failed', $row->domain, $row );
		}
	}

	/**
	 * @param callable(): void $fire
	 */
	private static function guard( callable $fire ): void {
		try {
			$fire();
		} catch ( \Throwable $e ) {
			error_log( sprintf( 'closte-sync: a listener failed: %s in %s:%d', Plain_Text::of( $e->getMessage() ), $e->getFile(), $e->getLine() ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log
		}
	}
}
