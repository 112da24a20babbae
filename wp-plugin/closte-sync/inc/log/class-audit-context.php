<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Domains\Source_Registry;

/**
 * Knows why something is done, and by whom: from the innermost of the hooks that are firing which means something, or
 * from what a screen or a command has said.
 */
final class Audit_Context {

	/** Hooks that a scheduler fires, whoever's page view carries it. */
	private const SCHEDULED = array( 'closte_sync_run', 'closte_sync_reconcile', 'action_scheduler_run_queue' );

	/**
	 * What goes on, the innermost last, and how many hooks were firing when it began.
	 *
	 * @var list<array{Reason, int}>
	 */
	private array $stack = array();

	/** Who does it, where the request does not tell. */
	private ?Actor $actor = null;

	/**
	 * Why and by whom domains were lost that are removed later in this request.
	 *
	 * @var array<string, array{Reason, Actor, int}>
	 */
	private array $lost = array();

	public function __construct( private readonly Source_Registry $sources ) {}

	/**
	 * What this process is for, where neither a hook nor a task says more: a command.
	 */
	public function begin( Reason $reason ): void {
		$this->stack = array( array( $reason, 0 ) );
	}

	/**
	 * Does something, and knows why meanwhile.
	 *
	 * @template T
	 * @param callable(): T $task
	 * @param ?Actor        $actor Who does it; null: as the request tells.
	 * @return T
	 */
	public function during( Reason $reason, callable $task, ?Actor $actor = null ): mixed {
		$before        = $this->actor;
		$this->actor   = $actor ?? $before;
		$this->stack[] = array( $reason, count( $this->hooks() ) );

		try {
			return $task();
		} finally {
			array_pop( $this->stack );
			$this->actor = $before;
		}
	}

	/**
	 * As {@see Audit_Context::during()}, for a task whose beginning and end actions tell of.
	 */
	public function enter( Reason $reason ): void {
		// Without the hook that tells of it.
		$this->stack[] = array( $reason, count( $this->hooks() ) - 1 );
	}

	public function leave(): void {
		array_pop( $this->stack );
	}

	/**
	 * Does what is due, as a run in the background would: an open screen asks for it automatically, and nobody by hand.
	 *
	 * @template T
	 * @param callable(): T $task
	 * @return T
	 */
	public function unattended( callable $task ): mixed {
		return $this->during( Reason::Run, $task, Actor::Cron );
	}

	/**
	 * Keeps what is true now for the removal of these domains, if it comes to that.
	 *
	 * @param list<string> $domains
	 */
	public function remember( array $domains ): void {
		$this->lost = array_fill_keys( $domains, $this->now( Action::Remove ) ) + $this->lost;
	}

	/**
	 * Why something is done with a domain, by whom, and the user; a removal is the doing of the event that lost the domain.
	 *
	 * @return array{Reason, Actor, int}
	 */
	public function of( Action $action, string $domain ): array {
		$lost = $this->lost[ $domain ] ?? null;

		unset( $this->lost[ $domain ] );

		return null !== $lost && in_array( $action, array( Action::Remove, Action::Forget ), true ) ? $lost : $this->now( $action );
	}

	/**
	 * @return array{Reason, Actor, int}
	 */
	private function now( Action $action ): array {
		return array( $this->reason( $action ), $this->actor(), $this->user_id() );
	}

	public function reason( Action $action ): Reason {
		list( $reason, $depth ) = array() === $this->stack ? array( $this->default(), 0 ) : end( $this->stack );

		foreach ( array_reverse( array_slice( $this->hooks(), $depth ) ) as $hook ) {
			$of_hook = $this->reason_of( $hook, Action::Remove === $action );

			if ( null !== $of_hook ) {
				return $of_hook;
			}
		}

		return $reason;
	}

	/**
	 * A page view may carry a scheduler's work: that is not its visitor's doing.
	 */
	public function actor(): Actor {
		return match ( true ) {
			null !== $this->actor         => $this->actor,
			wp_doing_cron()               => Actor::Cron,
			$this->is_scheduled()         => Actor::Cron,
			defined( 'WP_CLI' ) && WP_CLI => Actor::WpCli,
			get_current_user_id() > 0     => Actor::User,
			default                       => Actor::Visitor,
		};
	}

	/**
	 * Whose request it is; 0: nobody's.
	 */
	public function user_id(): int {
		return in_array( $this->actor(), array( Actor::Cron, Actor::Unknown ), true ) ? 0 : get_current_user_id();
	}

	private function default(): Reason {
		return in_array( $this->actor(), array( Actor::User, Actor::WpCli ), true ) ? Reason::ByHand : Reason::Other;
	}

	private function is_scheduled(): bool {
		foreach ( $this->hooks() as $hook ) {
			if ( in_array( $hook, self::SCHEDULED, true ) || Reason::Queue === $this->reason_of( $hook, false ) ) {
				return true;
			}
		}

		return false;
	}

	private function reason_of( string $hook, bool $is_removal ): ?Reason {
		return match ( $hook ) {
			'closte_sync_run'       => Reason::Run,
			'closte_sync_reconcile' => Reason::Daily,
			default                 => Reason::tryFrom( (string) $this->sources->reason( $hook, $is_removal ) ),
		};
	}

	/**
	 * @return list<string> The hooks that are firing, the innermost last.
	 */
	private function hooks(): array {
		return array_values( array_map( strval( ... ), (array) ( $GLOBALS['wp_current_filter'] ?? array() ) ) );
	}
}
