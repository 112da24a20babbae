<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

/**
 * Takes callbacks of Ultimate Multisite off a hook while it fires for a domain that is ours, and puts them back for the
 * next one, which may be none of ours.
 */
final class Callback_Suspender {

	/** @var list<array{string, callable, int, int}> Hook, callback, priority and number of arguments. */
	private array $silenced = array();

	/**
	 * @param \Closure(object $object, string $method): bool $is_meant Which callbacks.
	 */
	public function __construct( private readonly \Closure $is_meant ) {}

	/**
	 * Called from the hook, before it comes to them.
	 */
	public function silence( string $hook ): void {
		// Another callback's exception may have kept them from being put back.
		$this->restore();

		foreach ( $GLOBALS['wp_filter'][ $hook ]->callbacks ?? array() as $priority => $callbacks ) {
			foreach ( $callbacks as $callback ) {
				$function = $callback['function'];

				if ( is_array( $function ) && is_object( $function[0] ) && ( $this->is_meant )( $function[0], (string) $function[1] ) ) {
					remove_action( $hook, $function, $priority );
					$this->silenced[] = array( $hook, $function, $priority, $callback['accepted_args'] );
				}
			}
		}
	}

	public function restore(): void {
		foreach ( $this->silenced as list( $hook, $function, $priority, $arguments ) ) {
			add_action( $hook, $function, $priority, $arguments );
		}

		$this->silenced = array();
	}
}
