<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Extension\Extension;
use ClosteSync\Text\Error_Text;

/**
 * Keeps what \Closte\CircuitBreaker knows of Closte, so that a down API slows one page and not every page. Shared by
 * all web heads: a network option of the main network, not autoloaded, written only when something changes. Without the
 * extension nothing is called, and nothing is known here.
 */
final class Circuit_Breaker {

	public const OPTION = 'closte_sync_unreachable';

	private const QUICK_PROBE_SECONDS = 4.0;

	/**
	 * @param ?\Closure(): int   $clock     Unix time; null: the system's.
	 * @param ?\Closure(): mixed $on_return Called by whoever finds that Closte is back, once.
	 */
	public function __construct(
		private readonly Extension $extension,
		private readonly ?\Closure $clock = null,
		private readonly ?\Closure $on_return = null
	) {}

	/**
	 * Whether calls within a page should be left to a run.
	 */
	public function is_down(): bool {
		return false === $this->state()?->allows( false );
	}

	/**
	 * Whether a run has to find out whether Closte is there before it calls again.
	 */
	public function stops_runs(): bool {
		return false === $this->state()?->allows( true );
	}

	/**
	 * Ends the pause if Closte is back: for someone who asks for a call by hand.
	 */
	public function ask_again(): void {
		if ( $this->is_down() ) {
			$this->probe( self::QUICK_PROBE_SECONDS );
		}
	}

	/**
	 * The last failure, in the extension's words; null when Closte answered last.
	 *
	 * @return ?array{since: int, kind: string, reason: string, message: string}
	 */
	public function failure(): ?array {
		return $this->state()?->failure();
	}

	/**
	 * The same as a sentence; '' when Closte answered last.
	 */
	public function failure_text(): string {
		return Error_Text::of_failure( $this->failure() );
	}

	/**
	 * Closte did not answer, or not as it promises, or refused the key.
	 *
	 * @param string $kind        As in a record's `error_kind`.
	 * @param string $message     In the extension's words.
	 * @param ?float $retry_after Seconds that Closte asked to wait.
	 * @param string $reason      As in its `error_reason`; '': not known.
	 */
	public function failed( string $kind, string $message, ?float $retry_after = null, string $reason = '' ): void {
		$this->keep( $this->state()?->afterFailure( $kind, $message, $retry_after, $reason ) );
	}

	/**
	 * Closte refused the key when someone tried it by hand: the next page may well call with another one.
	 *
	 * @param string $message For people.
	 */
	public function refused( string $message ): void {
		$this->keep( $this->state()?->afterRefusedKey( $message ) );
	}

	/**
	 * There is another key: that Closte refused the one before says nothing any longer.
	 */
	public function key_changed(): void {
		$this->keep( $this->state()?->afterKeyChange() );
	}

	/**
	 * Closte answered.
	 *
	 * @param bool $is_return Whether that counts as its return, so that everything that waits for it is tried again.
	 */
	public function answered( bool $is_return = true ): void {
		$this->keep( $this->state()?->afterAnswer(), $is_return );
	}

	/**
	 * Takes note of what the answers to a batch of calls say.
	 *
	 * @param list<array<string, mixed>> $records As \Closte\Lifecycle returned them, in the order in which they were finished.
	 */
	public function learn( array $records ): void {
		$this->keep( $this->state()?->after( $records ) );
	}

	/**
	 * Whether a run has to find that out after these calls, of which it has not learnt yet.
	 *
	 * @param list<array<string, mixed>> $records As in {@see Circuit_Breaker::learn()}.
	 */
	public function stops_runs_after( array $records ): bool {
		return false === $this->state()?->after( $records )->allows( true );
	}

	/**
	 * Finds out for a run whether Closte is there and takes the key, unless it is to be left alone for now.
	 *
	 * @param float $timeout   Seconds.
	 * @param bool  $is_return As in {@see Circuit_Breaker::answered()}.
	 * @return ?string What is wrong, in words; null when a run may call.
	 */
	public function ask_for_run( float $timeout, bool $is_return ): ?string {
		if ( $this->stops_runs() && false === $this->state()?->mustProbe() ) {
			return $this->failure_text();
		}

		$failure = $this->probe( $timeout, $is_return );

		return null === $failure ? null : Error_Text::of( $failure );
	}

	/**
	 * Asks Closte whether it is there and takes the key.
	 */
	private function probe( float $timeout, bool $is_return = true ): ?\Throwable {
		try {
			$this->extension->client( array( 'timeout' => $timeout ) )->verify();
			$this->answered( $is_return );

			return null;
		} catch ( \Closte\TransientException $e ) {
			$this->failed( 'transient', $e->getMessage(), $e->retryAfter, $e->reason );

			return $e;
		} catch ( \Closte\ProtocolException | \Closte\AuthException $e ) {
			$this->failed( $e instanceof \Closte\AuthException ? 'auth' : 'protocol', $e->getMessage(), reason: $e->reason );

			return $e;
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			return $e;
		}
	}

	private function state(): ?\Closte\CircuitBreaker {
		if ( ! $this->extension->is_usable() ) {
			return null;
		}

		return new \Closte\CircuitBreaker( $this->stored(), null === $this->clock ? null : ( $this->clock )() );
	}

	private function keep( ?\Closte\CircuitBreaker $state, bool $is_return = true ): void {
		$before = $this->stored();
		$after  = $state?->toArray() ?? $before;

		if ( $after === $before ) {
			return;
		}

		if ( array() !== $after ) {
			update_network_option( get_main_network_id(), self::OPTION, $after );
			return;
		}

		delete_network_option( get_main_network_id(), self::OPTION );

		if ( $is_return && null !== $this->on_return ) {
			( $this->on_return )();
		}
	}

	/**
	 * @return array<mixed>
	 */
	private function stored(): array {
		$stored = get_network_option( get_main_network_id(), self::OPTION, array() );

		return is_array( $stored ) ? $stored : array();
	}
}
