<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Extension\Extension;

/**
 * Remembers for a minute that Closte did not answer, so that a down API slows one page and not every page. Shared by
 * all web heads: a network option of the main network, not autoloaded, written only when something changes.
 */
final class Circuit_Breaker {

	public const OPTION = 'closte_sync_unreachable';

	/** What `error_kind` says of an answer that was none: the next one may be. */
	private const FAILURES = array( 'transient', 'protocol', 'auth' );

	/** What `outcome` says of a call that Closte answered. */
	private const ANSWERS = array( 'added', 'already-there', 'removed', 'already-gone', 'rejected' );

	/** Seconds for which requests do not call after a failure. */
	private const PAUSE = 60;

	private const LONGEST_PAUSE = 600;

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
		$until = $this->state()['until'];
		$now   = $this->now();

		return $until > $now && $until <= $now + self::LONGEST_PAUSE;
	}

	/**
	 * Whether Closte has asked to be left alone (Retry-After), and that time is not over.
	 */
	public function asked_to_wait(): bool {
		$until = $this->state()['asked_until'];
		$now   = $this->now();

		return $until > $now && $until <= $now + self::LONGEST_PAUSE;
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
	 * The last failure, for people; null when Closte answered last.
	 *
	 * @return ?array{since: int, kind: string, message: string}
	 */
	public function failure(): ?array {
		$state = $this->state();

		return 0 === $state['since'] ? null : array(
			'since'   => $state['since'],
			'kind'    => $state['kind'],
			'message' => $state['message'],
		);
	}

	/**
	 * Closte did not answer, or not as it promises, or refused the key.
	 *
	 * @param string $kind        As in a record's `error_kind`.
	 * @param string $message     For people.
	 * @param int    $retry_after Seconds that Closte asked to wait; 0: it did not.
	 */
	public function failed( string $kind, string $message, int $retry_after = 0 ): void {
		$now   = $this->now();
		$since = $this->state()['since'];
		$pause = min( $retry_after, self::LONGEST_PAUSE );

		update_network_option(
			get_main_network_id(),
			self::OPTION,
			array(
				'since'       => 0 === $since ? $now : min( $since, $now ),
				'until'       => $now + max( self::PAUSE, $pause ),
				'asked_until' => $pause > 0 ? $now + $pause : 0,
				'kind'        => $kind,
				'message'     => $message,
			)
		);
	}

	/**
	 * Closte refused the key when someone tried it by hand: the next page may well call with another one.
	 *
	 * @param string $message For people.
	 */
	public function refused( string $message ): void {
		$state = $this->state();

		update_network_option(
			get_main_network_id(),
			self::OPTION,
			array(
				'since'   => 0 === $state['since'] ? $this->now() : $state['since'],
				'kind'    => 'auth',
				'message' => $message,
			) + $state
		);
	}

	/**
	 * There is another key: that Closte refused the one before says nothing any longer.
	 */
	public function key_changed(): void {
		if ( 'auth' === $this->state()['kind'] ) {
			$this->answered();
		}
	}

	/**
	 * Closte answered.
	 *
	 * @param bool $is_return Whether that counts as its return, so that everything that waits for it is tried again.
	 */
	public function answered( bool $is_return = true ): void {
		if ( 0 === $this->state()['since'] ) {
			return;
		}

		delete_network_option( get_main_network_id(), self::OPTION );

		if ( $is_return && null !== $this->on_return ) {
			( $this->on_return )();
		}
	}

	/**
	 * Takes note of what the answers to a batch of calls say.
	 *
	 * @param list<array<string, mixed>> $records As \Closte\Lifecycle returned them.
	 */
	public function learn( array $records ): void {
		foreach ( $records as $record ) {
			if ( in_array( $record['error_kind'] ?? '', self::FAILURES, true ) ) {
				$this->failed(
					(string) $record['error_kind'],
					(string) ( $record['error_message'] ?? '' ),
					(int) ( $record['retry_after'] ?? 0 )
				);
				return;
			}
		}

		// A look at DNS or at a certificate is no answer of Closte's.
		foreach ( $records as $record ) {
			if ( in_array( $record['outcome'] ?? '', self::ANSWERS, true ) ) {
				$this->answered();
				return;
			}
		}
	}

	/**
	 * Asks Closte whether it is there and takes the key.
	 *
	 * @param float $timeout   Seconds.
	 * @param bool  $is_return As in {@see Circuit_Breaker::answered()}.
	 * @return ?\Throwable What is wrong, or null.
	 */
	public function probe( float $timeout, bool $is_return = true ): ?\Throwable {
		try {
			$this->extension->client( array( 'timeout' => $timeout ) )->verify();
			$this->answered( $is_return );

			return null;
		} catch ( \Closte\TransientException $e ) {
			$this->failed( 'transient', $e->getMessage(), (int) ceil( $e->retryAfter ?? 0.0 ) );

			return $e;
		} catch ( \Closte\ProtocolException | \Closte\AuthException $e ) {
			$this->failed( $e instanceof \Closte\AuthException ? 'auth' : 'protocol', $e->getMessage() );

			return $e;
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			return $e;
		}
	}

	/**
	 * @return array{since: int, until: int, asked_until: int, kind: string, message: string}
	 */
	private function state(): array {
		$state = get_network_option( get_main_network_id(), self::OPTION, array() );
		$state = is_array( $state ) ? $state : array();

		return array(
			'since'       => (int) ( $state['since'] ?? 0 ),
			'until'       => (int) ( $state['until'] ?? 0 ),
			'asked_until' => (int) ( $state['asked_until'] ?? 0 ),
			'kind'        => (string) ( $state['kind'] ?? '' ),
			'message'     => (string) ( $state['message'] ?? '' ),
		);
	}

	private function now(): int {
		return null === $this->clock ? time() : ( $this->clock )();
	}
}
