<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Extension\Key_Provider;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Text\Plain_Text;

/**
 * Collects entries about calls and decisions, and writes them together: an event costs one statement, a batch of
 * thousands one a hundred. The ledger is the truth and is written first. Nothing here ever throws: a log that cannot be written stops
 * neither a page nor a call.
 */
final class Log {

	/** Bytes of the column. */
	private const LONGEST_DOMAIN = 255;

	/** Characters of the column. */
	private const LONGEST_MESSAGE = 500;

	/** Entries that are written together, and seconds that one of them waits for others. */
	private const BATCH        = 100;
	private const LONGEST_WAIT = 1.0;

	/** Entries after which a process that writes many looks whether they have become too many. */
	private const PRUNED_EVERY = 1000;

	/** @var list<Entry> */
	private array $waiting = array();

	/** When the oldest of them came, as of microtime(). */
	private float $waiting_since = 0.0;

	/** Since it was last looked whether they are too many. */
	private int $written = 0;

	private bool $has_failed = false;

	private bool $is_registered = false;

	/**
	 * @param \Closure(bool=): Log_Table $table Gives the table, with true also where it is missing. Either may fail.
	 */
	public function __construct(
		private readonly \Closure $table,
		private readonly Audit_Context $audit_context,
	) {}

	/**
	 * Takes note of anything.
	 *
	 * @param string $domain  '': it concerns the whole network.
	 * @param string $message For people; cleaned and cut here.
	 */
	public function note(
		Action $action,
		Outcome $outcome,
		string $domain = '',
		int $blog_id = 0,
		string $source = '',
		string $message = ''
	): void {
		try {
			list( $reason, $actor, $user_id ) = $this->audit_context->of( $action, $domain );

			$this->waiting_since = array() === $this->waiting ? microtime( true ) : $this->waiting_since;
			$this->waiting[]     = new Entry(
				0,
				time(),
				Plain_Text::cut( trim( Plain_Text::of( $domain ) ), self::LONGEST_DOMAIN ),
				$blog_id,
				$action,
				$outcome,
				$reason,
				$source,
				$actor,
				$user_id,
				self::message( $message )
			);

			$this->register();

			if ( count( $this->waiting ) >= self::BATCH || microtime( true ) - $this->waiting_since > self::LONGEST_WAIT ) {
				$this->flush();
			}
		} catch ( \Throwable $e ) {
			$this->complain( $e );
		}
	}

	/**
	 * Writes what waits.
	 */
	public function flush(): void {
		if ( array() === $this->waiting ) {
			return;
		}

		$entries       = $this->waiting;
		$this->waiting = array();

		try {
			$table = $this->insert( $entries );

			$this->written += count( $entries );

			if ( $this->written >= self::PRUNED_EVERY ) {
				$this->written = 0;
				$table->prune();
			}
		} catch ( \Throwable $e ) {
			$this->complain( $e );
		}
	}

	/**
	 * Once a request, a table that is missing is made anew.
	 *
	 * @param list<Entry> $entries
	 */
	private function insert( array $entries ): Log_Table {
		try {
			$table = ( $this->table )();
			$table->insert( $entries );
		} catch ( Database_Exception $e ) {
			if ( $this->has_failed ) {
				throw $e;
			}

			$table = ( $this->table )( true );
			$table->insert( $entries );
		}

		return $table;
	}

	/**
	 * Deletes what is too old or too much.
	 */
	public function prune(): void {
		try {
			( $this->table )()->prune();
		} catch ( \Throwable $e ) {
			$this->complain( $e );
		}
	}

	/**
	 * The extension's messages never hold the key. This is for what others, or Closte itself, may put into a text.
	 */
	private static function message( string $text ): string {
		if ( '' === $text ) {
			return '';
		}

		$key = Key_Provider::find()?->reveal() ?? '';

		if ( '' !== $key ) {
			$text = str_ireplace( array_unique( array( $key, rawurlencode( $key ), urlencode( $key ) ) ), '…', $text ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- as a form sends it.
		}

		return Plain_Text::shorten( trim( Plain_Text::of( $text ) ), self::LONGEST_MESSAGE );
	}

	/**
	 * Also a request that ends early writes what it knows.
	 */
	private function register(): void {
		if ( ! $this->is_registered ) {
			$this->is_registered = true;
			add_action( 'shutdown', $this->flush( ... ) );
		}
	}

	/**
	 * Once a request: who runs the server is told, the page goes on.
	 */
	private function complain( \Throwable $e ): void {
		if ( ! $this->has_failed ) {
			$this->has_failed = true;
			error_log( sprintf( 'closte-sync: the log cannot be written: %s in %s:%d', wp_strip_all_tags( $e->getMessage() ), $e->getFile(), $e->getLine() ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log
		}
	}
}
