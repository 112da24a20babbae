<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Network_Identity;
use ClosteSync\Ledger\Outcome_Counts;
use ClosteSync\Settings\Settings;
use ClosteSync\Text\Refusal_Text;

/**
 * Hears the plugin's actions and takes note of what a network admin will ask about later. Nobody calls the log for what
 * an action tells. A method hears the action `closte_sync_` and its name; {@see \ClosteSync\Plugin} lists them.
 */
final class Observer {

	/** How many domains of a plan are named in one line. */
	private const NAMED = 10;

	/**
	 * What this request left for later, so that a domain heard of twice is noted once.
	 *
	 * @var array<string, true>
	 */
	private array $deferred = array();

	/**
	 * @param \Closure(Ledger_Row): string $wrong What is wrong with a domain, for people.
	 */
	public function __construct(
		private readonly Log $log,
		private readonly Audit_Context $audit_context,
		private readonly \Closure $wrong,
	) {}

	/**
	 * A step was taken with a row. Where that was a call, it is noted.
	 *
	 * @param Ledger_Row           $row    As it was claimed.
	 * @param array<string, mixed> $record As \Closte\Lifecycle returned it.
	 */
	public function domain_answered( Ledger_Row $row, array $record ): void {
		$news = Step_News::of_call( $row, $record );
		null === $news || $this->note( Action::of_call( $row ), $row, ...$news );
	}

	/**
	 * A step was taken with a row and is written. Where that was a check which found something new, it is noted.
	 *
	 * @param Ledger_Row $row    As it is now.
	 * @param Ledger_Row $before As it was claimed.
	 */
	public function domain_advanced( string $domain, Ledger_Row $row, Ledger_Row $before ): void {
		$news = Step_News::of_check( $before, $row, $this->wrong );
		null === $news || $this->note( Action::Check, $row, ...$news );
	}

	/**
	 * Calls may have been under way when their batch was broken off.
	 *
	 * @param iterable<Ledger_Row> $rows
	 */
	public function domains_interrupted( iterable $rows ): void {
		foreach ( $rows as $row ) {
			$row->awaits_call() && $this->note( Action::of_call( $row ), $row, Outcome::Unknown, __( 'The request ended before Closte answered.', 'closte-sync' ) );
		}
	}

	/**
	 * Rows are recorded, and not sent now.
	 *
	 * @param iterable<Ledger_Row> $rows
	 * @param string               $reason For people.
	 */
	public function domains_deferred( iterable $rows, string $reason ): void {
		foreach ( $rows as $row ) {
			$action = Action::of_call( $row );
			$name   = "$action->value $row->domain";

			if ( $row->awaits_call() && ! isset( $this->deferred[ $name ] ) ) {
				$this->deferred[ $name ] = true;
				$this->note( $action, $row, Outcome::Deferred, $reason );
			}
		}
	}

	/**
	 * @param list<string> $domains Of which some may be removed later in this request.
	 */
	public function domains_lost( array $domains ): void {
		$this->audit_context->remember( $domains );
	}

	public function domain_adopted( string $domain, int $blog_id, string $source ): void {
		$this->log->note( Action::Adopt, Outcome::Adopted, $domain, $blog_id, $source );
	}

	public function domain_moved( string $domain, int $blog_id, Ledger_Row $before ): void {
		/* translators: 1: ID of a site, 2: ID of another site */
		$message = sprintf( __( 'From site %1$d to site %2$d.', 'closte-sync' ), $before->blog_id, $blog_id );
		$this->log->note( Action::Move, Outcome::Changed, $domain, $blog_id, $before->source, $message );
	}

	public function domain_forgotten( Ledger_Row $row ): void {
		$this->note( Action::Forget, $row, Outcome::Forgotten );
	}

	public function domain_unreadable( Ledger_Row $row, string $defect ): void {
		$this->note( Action::SetAside, $row, Outcome::Unreadable, $defect );
	}

	public function domain_retired( string $domain, Ledger_Row $row ): void {
		$this->note(
			Action::Retire,
			$row,
			Outcome::Retired,
			__( 'No site or mapping of this network uses it any longer. It is not sent again. If it is at Closte, it stays there.', 'closte-sync' )
		);
	}

	/**
	 * What is special about a plan, in one line each; what comes of each domain has a line of its own.
	 */
	public function planned( \Closte\Plan $plan ): void {
		$refusal = Refusal_Text::of( $plan );

		if ( null !== $refusal ) {
			$this->log->note( Action::Prune, Outcome::Refused, message: $refusal );
		}

		if ( array() !== $plan->remove ) {
			$this->log->note( Action::Prune, Outcome::Planned, message: self::listed( $plan->remove ) );
		}
	}

	/**
	 * Who had all domains sent, and what came of it.
	 */
	public function synced( Outcome_Counts $tally ): void {
		$outcome = match ( true ) {
			array() !== $tally->refused => Outcome::Refused,
			$tally->left > 0            => Outcome::Deferred,
			default                     => Outcome::Done,
		};
		$this->log->note( Action::Sync, $outcome, message: $tally->sentence() );
		$this->log->flush();
	}

	/**
	 * @param list<string> $domains That were missing at Closte.
	 */
	public function drift( array $domains ): void {
		$this->log->note( Action::Drift, Outcome::Found, message: self::listed( $domains ) );
	}

	/**
	 * @param list<Ledger_Row> $rows    Domains whose owner was told what to do.
	 * @param ?string          $problem Why that failed; null: it did not.
	 */
	public function owner_told( array $rows, ?string $problem ): void {
		foreach ( $rows as $row ) {
			$this->note( Action::Mail, $row, ...self::sent( $problem, __( 'To the owner of the site: what to change in the DNS.', 'closte-sync' ) ) );
		}
	}

	public function digest_sent( ?string $problem ): void {
		list( $outcome, $message ) = self::sent( $problem, __( 'To the network admin: the weekly summary.', 'closte-sync' ) );
		$this->log->note( Action::Mail, $outcome, message: $message );
	}

	public function task_begins( string $task ): void {
		$this->audit_context->enter( Reason::tryFrom( $task ) ?? Reason::Other );
	}

	public function task_ends(): void {
		$this->audit_context->leave();
	}

	/**
	 * One statement for all that was sent together.
	 */
	public function batch_ended(): void {
		$this->log->flush();
	}

	public function settings_changed( Settings $settings, Settings $before ): void {
		$now = $settings->to_array();
		$old = $before->to_array();

		if ( $now['enabled'] !== $old['enabled'] ) {
			$this->log->note( $now['enabled'] ? Action::Enable : Action::Disable, Outcome::Done );
		}

		unset( $now['enabled'] );

		$others = array_keys(
			array_filter( $now, static fn( mixed $value, string $name ): bool => $old[ $name ] !== $value, ARRAY_FILTER_USE_BOTH )
		);

		if ( array() !== $others ) {
			$this->log->note( Action::Settings, Outcome::Changed, message: implode( ', ', $others ) );
		}

		$this->log->flush();
	}

	/**
	 * @param string $what  `entered`, `deleted`, `found` or `changed`.
	 * @param string $place Where it was found, for people.
	 */
	public function key_changed( string $what, string $place ): void {
		match ( $what ) {
			'entered' => $this->log->note( Action::Key, Outcome::Changed, message: __( 'Entered in the settings.', 'closte-sync' ) ),
			'deleted' => $this->log->note( Action::Key, Outcome::Removed, message: __( 'Deleted from the settings.', 'closte-sync' ) ),
			default   => $this->notice(
				Action::Key,
				'found' === $what ? Outcome::Found : Outcome::Changed,
				/* translators: %s: where the key is, such as "the constant CLOSTE_CLIENT_API_KEY" */
				sprintf( __( 'Found in %s.', 'closte-sync' ), $place )
			),
		};

		$this->log->flush();
	}

	/**
	 * An admin said that the network has moved, or is a copy; or more is known of it than before.
	 *
	 * @param string                 $why    As Network_Identity has it.
	 * @param ?array<string, string> $before Null: not known.
	 * @param array<string, string>  $now
	 */
	public function identity_recorded( string $why, ?array $before, array $now ): void {
		$before = null === $before ? '?' : self::network( $before );
		$now    = self::network( $now );

		match ( $why ) {
			Network_Identity::MOVED     => $this->log->note(
				Action::Identity,
				Outcome::Changed,
				/* translators: 1: network before, 2: network now */
				message: sprintf( __( 'The network has moved: from %1$s to %2$s.', 'closte-sync' ), $before, $now )
			),
			Network_Identity::COPIED    => $this->log->note(
				Action::Identity,
				Outcome::Forgotten,
				/* translators: 1: the original, 2: this network */
				message: sprintf( __( 'The network is a copy of %1$s. Its list of domains was cleared in %2$s.', 'closte-sync' ), $before, $now )
			),
			Network_Identity::COMPLETED => $this->notice(
				Action::Identity,
				Outcome::Found,
				/* translators: %s: network */
				sprintf( __( 'More is known about the network: %s.', 'closte-sync' ), $now )
			),
			// Nobody has decided anything.
			default                     => null,
		};

		$this->log->flush();
	}

	public function activated(): void {
		$this->log->note( Action::Activate, Outcome::Done );
		$this->log->flush();
	}

	public function deactivated(): void {
		$this->log->note( Action::Deactivate, Outcome::Done );
		$this->log->flush();
	}

	private function note( Action $action, Ledger_Row $row, Outcome $outcome, string $message = '' ): void {
		$this->log->note( $action, $outcome, $row->domain, $row->blog_id, $row->source, $message );
	}

	/**
	 * What was done some time ago, nobody knows by whom and why: whoever came by first did not do it.
	 */
	private function notice( Action $action, Outcome $outcome, string $message ): void {
		$this->audit_context->during( Reason::Other, fn() => $this->log->note( $action, $outcome, message: $message ), Actor::Unknown );
	}

	/**
	 * @return array{Outcome, string}
	 */
	private static function sent( ?string $problem, string $to ): array {
		return array( null === $problem ? Outcome::Done : Outcome::Failed, $problem ?? $to );
	}

	/**
	 * @param array<string, string> $parts
	 */
	private static function network( array $parts ): string {
		return $parts['network'] . ' (' . implode( ', ', array_filter( array( $parts['application'], $parts['environment'] ) ) ) . ')';
	}

	/**
	 * How many domains, and the first of them.
	 *
	 * @param list<string> $domains
	 */
	private static function listed( array $domains ): string {
		$named = implode( ', ', array_slice( $domains, 0, self::NAMED ) ) . ( count( $domains ) > self::NAMED ? ' …' : '' );

		/* translators: 1: number of domains, 2: the first of them */
		return sprintf( _n( '%1$d domain: %2$s', '%1$d domains: %2$s', count( $domains ), 'closte-sync' ), count( $domains ), $named );
	}
}
