<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Container;

/** One request after the other in a worker's process: where each begins and ends, for the plugin, the log and {@see History}. */
final class Session {

	/** The request that this one serves. */
	private string $id = '';

	/** The parts of the event that are over. */
	private int $parts = 0;

	/**
	 * @param ?Container $plugin Null where the plugin was not active when the process began.
	 */
	public function __construct(
		public readonly ?Container $plugin,
		public readonly \wpdb $wpdb,
		public readonly Event_Log $log,
		public readonly string $worker
	) {}

	public function begin( int $number, string $event ): void {
		$this->id    = "{$this->worker}/$number";
		$this->parts = 0;
		$this->go_on( 'begin', "{$this->id} $event" );
	}

	/** What follows is done by another request, for the sake of the same event. */
	public function next_request(): void {
		$this->plugin?->forget();
		++$this->parts;
		wp_cache_flush();
		$this->go_on( 'next', "{$this->id}.{$this->parts} …" );
	}

	public function end(): void {
		$this->plugin?->forget();
		$this->log->write( 'end', $this->id );
	}

	/** Whether the plugin is active now just as it was when this process began. */
	public function is_current(): bool {
		return Network_State::is_plugin_active() === ( null !== $this->plugin );
	}

	private function go_on( string $word, string $text ): void {
		$this->log->write( $word, $text );
		$this->wpdb->query( $this->wpdb->prepare( 'SET ' . History::REQUEST . ' = %s', strtok( $text, ' ' ) ) );
	}
}
